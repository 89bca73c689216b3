import "./base.js";
import "../shared/shortcuts.js";
import "../team/team.js";
import "../team/selection.js";
