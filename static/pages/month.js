import "./base.js";
import "../reports/print.js";
