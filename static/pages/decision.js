import "./base.js";
import "../shared/shortcuts.js";
