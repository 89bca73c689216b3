import "./base.js";
import "../admin/select-all.js";
