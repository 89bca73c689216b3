import "./base.js";
import "../admin/select-people.js";
