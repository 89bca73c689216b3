"""Every address of the timesheet."""

from django.urls import include, path, register_converter

# With them comes the converter `gid`, which the addresses below need too.
from accounts import urls as accounts_urls
from timesheet.converters import WeekConverter
from timesheet.views import (
    approval,
    audit,
    cells,
    connection_actions,
    connections,
    csp_reports,
    entries,
    exports,
    health,
    home,
    paste,
    policy,
    preferences,
    probes,
    quick,
    reminders,
    reporting_connection,
    reports,
    review,
    roles,
    rows,
    saved_views,
    sign_in,
    stuck,
    team,
    waiting,
    week,
)

register_converter(WeekConverter, "week")


urlpatterns = [
    path("", home.home, name="home"),
    path("week/", home.home, name="this_week"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
    path("csp-report/", csp_reports.csp_report, name="csp_report"),
    path(
        "<gid:workspace>/week/<week:week>/",
        include(
            [
                path("", week.week, name="week"),
                path("save/", cells.save_week, name="save_week"),
                path("cells/", cells.save_cells, name="save_cells"),
                path("cells/paste/", paste.preview_paste, name="preview_paste"),
                path("hours/", paste.preview_copy, name="preview_copy"),
                path("hours/copy/", paste.copy_hours, name="copy_hours"),
                path("undo/", cells.turn_step, name="turn_step"),
                path("entries/", entries.entries, name="entries"),
                path("entry/", entries.save_entry, name="save_entry"),
                path("entry/move/", entries.move_entry, name="move_entry"),
                path("entry/split/", entries.split_entry, name="split_entry"),
                path("edits/<uuid:edit_id>/retry/", cells.retry_edit, name="retry_edit"),
                path("edits/<uuid:edit_id>/discard/", cells.discard_edit, name="discard_edit"),
                path("edits/<uuid:edit_id>/again/", cells.write_again, name="write_again"),
                path("edits/<uuid:edit_id>/mine/", cells.write_mine, name="write_mine"),
                path("edits/<uuid:edit_id>/both/", cells.write_both, name="write_both"),
                path("edits/", cells.changed_cells, name="changed_cells"),
                path("quick/", quick.quick, name="quick"),
                path("quick/add/", quick.quick_add, name="quick_add"),
                path("suggestions/", rows.suggestions, name="suggestions"),
                path("tasks/", rows.search_tasks, name="search_tasks"),
                path("rows/add/", rows.add_row, name="add_row"),
                path("rows/copy/", rows.copy_rows, name="copy_rows"),
                path("rows/order/", rows.order_rows, name="order_rows"),
                path("rows/remove/", rows.remove_row, name="remove_row"),
                path("rows/pin/", rows.pin_row, name="pin_row"),
                path("rows/unpin/", rows.unpin_row, name="unpin_row"),
                path("submit/", approval.submit_week, name="submit_week"),
                path("recall/", approval.recall_week, name="recall_week"),
            ]
        ),
    ),
    path("<gid:workspace>/team/", team.latest_team, name="latest_team"),
    path(
        "<gid:workspace>/team/<week:week>/",
        include(
            [
                path("", team.team, name="team"),
                path("remind/", reminders.remind, name="remind"),
                path("decide/", review.preview_decision, name="preview_decision"),
                path("approve/", review.approve_weeks, name="approve_weeks"),
                path("return/", review.return_weeks, name="return_weeks"),
                path("reopen/", review.reopen_weeks, name="reopen_weeks"),
                path("<gid:person>/", team.person_week, name="person_week"),
            ]
        ),
    ),
    path(
        "<gid:workspace>/reports/",
        include(
            [
                path("", reports.reports, name="reports"),
                path("entries/", reports.report_entries, name="report_entries"),
                path("prepare/", reports.prepare_report, name="prepare_report"),
                path("export.csv", exports.export_csv, name="export_csv"),
                path("export.xlsx", exports.export_xlsx, name="export_xlsx"),
                path("saved/", saved_views.save_view, name="save_view"),
                path("saved/<uuid:slug>/", saved_views.saved_view, name="saved_view"),
                path("saved/<uuid:slug>/delete/", saved_views.delete_view, name="delete_view"),
            ]
        ),
    ),
    path("<gid:workspace>/reminders/", reminders.reminders, name="reminders"),
    path(
        "<gid:workspace>/roles/",
        include(
            [
                path("", roles.roles, name="roles"),
                path("<gid:person>/", roles.role_of, name="role_of"),
                path("<gid:person>/admin/", roles.make_admin, name="make_admin"),
                path("<gid:person>/admin/take/", roles.take_admin, name="take_admin"),
                path("<gid:person>/manager/", roles.make_manager, name="make_manager"),
                path("<gid:person>/manager/end/", roles.end_manager, name="end_manager"),
                path("<gid:person>/off/", roles.switch_off, name="switch_off"),
                path("<gid:person>/on/", roles.switch_on, name="switch_on"),
            ]
        ),
    ),
    path("<gid:workspace>/edits/", stuck.open_edits, name="open_edits"),
    path("<gid:workspace>/edits/decide/", stuck.decide_edits, name="decide_edits"),
    path("<gid:workspace>/edits/retry/", stuck.retry_edits, name="retry_edits"),
    path("<gid:workspace>/edits/discard/", stuck.discard_edits, name="discard_edits"),
    path(
        "<gid:workspace>/reporting/",
        include(
            [
                path("", reporting_connection.reporting_connection, name="reporting_connection"),
                path("check/", reporting_connection.check_reporting, name="check_reporting"),
                path("confirm/", reporting_connection.confirm_reporting, name="confirm_reporting"),
                path("on/", reporting_connection.turn_on_reporting, name="turn_on_reporting"),
                path("off/", reporting_connection.turn_off_reporting, name="turn_off_reporting"),
                path("test/", reporting_connection.test_reporting, name="test_reporting"),
            ]
        ),
    ),
    path("<gid:workspace>/policy/", policy.policy, name="policy"),
    path("<gid:workspace>/audit/", audit.audit_log, name="audit_log"),
    path("<gid:workspace>/audit/log.csv", audit.export_audit_log, name="export_audit_log"),
    path(
        "<gid:workspace>/connections/",
        include(
            [
                path("", connections.connections, name="connections"),
                path("<gid:person>/", connections.connection_of, name="connection_of"),
                path(
                    "<gid:person>/check/",
                    connection_actions.check_connection_of,
                    name="check_connection_of",
                ),
                path(
                    "<gid:person>/refresh/",
                    connection_actions.refresh_connection_of,
                    name="refresh_connection_of",
                ),
                path(
                    "<gid:person>/ask/",
                    connection_actions.ask_to_reconnect,
                    name="ask_to_reconnect",
                ),
                path(
                    "<gid:person>/revoke/",
                    connection_actions.revoke_connection,
                    name="revoke_connection",
                ),
                path(
                    "<gid:person>/remove/",
                    connection_actions.remove_connection,
                    name="remove_connection",
                ),
            ]
        ),
    ),
    path("connection/check/", connection_actions.check_connection, name="check_connection"),
    path("connection/refresh/", connection_actions.refresh_connection, name="refresh_connection"),
    path("<gid:workspace>/health/", health.health, name="health"),
    path("unsubscribe/<str:token>/", reminders.unsubscribe, name="unsubscribe"),
    path("unsubscribe/<str:token>/undo/", reminders.subscribe_again, name="subscribe_again"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("status/", waiting.status, name="status"),
    path("preferences/", preferences.preferences, name="preferences"),
    # Before those of accounts, at the same addresses.
    path("sign-in/callback/", sign_in.finish_sign_in, name="finish_sign_in"),
    path("sign-in/token/", sign_in.sign_in_with_token, name="sign_in_with_token"),
    path("", include(accounts_urls)),
]

handler400 = "accounts.views.problems.bad_request"
handler403 = "accounts.views.problems.forbidden"
handler404 = "accounts.views.problems.not_found"
handler500 = "accounts.views.problems.server_error"
