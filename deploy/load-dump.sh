#!/bin/sh
# Puts a dump of PostgreSQL in place of the database, while web and worker are stopped:
#   sudo sh /opt/timesheet/deploy/load-dump.sh /var/lib/timesheet/backups/timesheet-20261128T023000Z.dump
# Then run `manage.py migrate` and `manage.py after_restore`. All of it happens in one transaction: a dump
# that can't be read changes nothing. Tables of a later version than the dump go, too.
set -eu
dump=${1:?"Name the dump."}
app=$(cd "$(dirname "$0")/.." && pwd)
read_setting='import sys, dotenv; print(dotenv.get_key(sys.argv[1], "DATABASE_URL") or "")'
url=${DATABASE_URL:-$("$app/.venv/bin/python" -c "$read_setting" "$app/.env")}
case $url in
postgres*) ;;
*)
	echo "DATABASE_URL is not PostgreSQL's. For SQLite: manage.py restore $dump" >&2
	exit 1
	;;
esac
# PostgreSQL may know the app by its user on this machine.
as_app() { if [ "$(id -u)" = 0 ] && getent passwd timesheet >/dev/null; then
	setpriv --reuid timesheet --regid timesheet --init-groups "$@"
else
	"$@"
fi; }
statements=$(mktemp)
trap 'rm -f "$statements"' EXIT
{
	echo 'SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public;'
	pg_restore --no-owner --no-privileges --file=- <"$dump"
} >"$statements"
as_app psql --quiet --no-psqlrc --single-transaction --set=ON_ERROR_STOP=1 --file=- "$url" <"$statements" >/dev/null
echo "Loaded $dump. Now run: manage.py migrate, then manage.py after_restore"
