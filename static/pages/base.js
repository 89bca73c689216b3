import "../shared/time-zone.js";
import "../shared/fresh-page.js";
import "../shared/no-answer.js";
import "../shared/csrf.js";
import "../shared/send-form.js";
import "../shared/form-drafts.js";
import "../journal/unsent-count.js";
import "../timer/timer.js";
