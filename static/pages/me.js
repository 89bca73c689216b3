import "./base.js";
import "../me/print.js";
