import "./base.js";
import "../reports/auto-download.js";
import "../reports/poll-retry.js";
