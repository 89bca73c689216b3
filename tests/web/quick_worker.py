"""The worker of the web server, with less patience than in production."""

from timesheet.web.receiving_worker import ReceivingWorker


class QuickWorker(ReceivingWorker):
    receive_seconds = 2
