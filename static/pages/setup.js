import "./base.js";
import "../shared/copy-button.js";
