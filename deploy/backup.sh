#!/bin/sh
# Backs the database up into a folder, and keeps the backups of two weeks. Copy that folder to another
# machine. SECRET_KEY and TOKEN_KEYS are not in a backup: keep /opt/timesheet/.env elsewhere.
set -eu
folder=${1:?"Name the folder of the backups."}
umask 077
mkdir -p "$folder"
name="$folder/timesheet-$(date -u +%Y%m%dT%H%M%SZ)"
case "${DATABASE_URL:?"DATABASE_URL is not set."}" in
postgres*)
	pg_dump --format=custom --file="$name.dump.part" "$DATABASE_URL"
	mv "$name.dump.part" "$name.dump"
	;;
*)
	"$(dirname "$0")/../.venv/bin/python" "$(dirname "$0")/../manage.py" backup "$name.sqlite3"
	;;
esac
find "$folder" -maxdepth 1 -name 'timesheet-*' -mtime +14 -delete
