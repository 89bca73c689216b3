import "./base.js";
import "../shared/print.js";
