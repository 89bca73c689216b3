import "./base.js";
import "../shared/list-filter.js";
