"""Addresses of a person's week, below `<workspace>/week/<week>/`."""

from django.urls import path

from timesheet.week.views import cells, copy, entries, paste, quick_entry, rows, submit, week

urlpatterns = [
    path("", week.week, name="week"),
    path("save/", cells.save_week, name="save_week"),
    path("cells/", cells.save_cells, name="save_cells"),
    path("cells/paste/", paste.preview_paste, name="preview_paste"),
    path("hours/", copy.preview_copy, name="preview_copy"),
    path("hours/copy/", copy.copy_hours, name="copy_hours"),
    path("templates/save/", copy.save_template, name="save_template"),
    path("templates/<uuid:slug>/delete/", copy.delete_template, name="delete_template"),
    path("undo/", cells.undo_step, name="undo_step"),
    path("entries/", entries.entries, name="entries"),
    path("entry/", entries.save_entry, name="save_entry"),
    path("entry/move/", entries.move_entry, name="move_entry"),
    path("entry/split/", entries.split_entry, name="split_entry"),
    path("unsynced/<uuid:edit_id>/retry/", cells.retry_edit, name="retry_edit"),
    path("unsynced/<uuid:edit_id>/discard/", cells.discard_edit, name="discard_edit"),
    path("unsynced/<uuid:edit_id>/again/", cells.resubmit_edit, name="resubmit_edit"),
    path(
        "unsynced/<uuid:edit_id>/remove-duplicate/",
        cells.remove_duplicate,
        name="remove_duplicate",
    ),
    path("unsynced/<uuid:edit_id>/mine/", cells.keep_mine, name="keep_mine"),
    path("unsynced/<uuid:edit_id>/both/", cells.keep_both, name="keep_both"),
    path("unsynced/", cells.changed_cells, name="changed_cells"),
    path("quick/", quick_entry.quick, name="quick"),
    path("quick/add/", quick_entry.quick_add, name="quick_add"),
    path("suggestions/", rows.suggestions, name="suggestions"),
    path("tasks/", rows.search_tasks, name="search_tasks"),
    path("rows/add/", rows.add_row, name="add_row"),
    path("rows/copy/", rows.copy_rows, name="copy_rows"),
    path("rows/order/", rows.order_rows, name="order_rows"),
    path("rows/remove/", rows.remove_row, name="remove_row"),
    path("rows/pin/", rows.pin_row, name="pin_row"),
    path("rows/unpin/", rows.unpin_row, name="unpin_row"),
    path("submit/", submit.submit_week, name="submit_week"),
    path("recall/", submit.recall_week, name="recall_week"),
]
