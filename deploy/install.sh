#!/bin/sh
# Installs the timesheet on Debian, from the checkout that it is in: /opt/timesheet.
#   sudo sh /opt/timesheet/deploy/install.sh https://timesheet.example
# Run it again after any change, and after `git pull` to upgrade: settings and data stay.
# DATABASE_URL= takes PostgreSQL in place of SQLite, PROXY=none leaves out Caddy.
set -eu
app=$(cd "$(dirname "$0")/.." && pwd)
state=/var/lib/timesheet
caddyfile=/etc/caddy/Caddyfile
units=/etc/systemd/system
say() { echo "== $*"; }
stop() {
	echo "$*" >&2
	exit 1
}
as_app() { setpriv --reuid timesheet --regid timesheet --init-groups "$@"; }
manage() { (cd "$app" && as_app .venv/bin/python manage.py "$@"); }
setting() { sed -n "s/^$1=[\"']\{0,1\}\([^\"']*\).*/\1/p" "$app/.env"; }
differs() { stop "$app/.env has another $1. Change it there, then run this again."; }

[ "$(id -u)" = 0 ] || stop "Run this as root: sudo sh $0 https://timesheet.example"
[ "$app" = /opt/timesheet ] || stop "The units expect the checkout in /opt/timesheet, and this is $app."
proxy=${PROXY:-caddy}
if [ -f "$app/.env" ]; then
	url=${1:-$(setting PUBLIC_URL)}
	[ "${url%/}" = "$(setting PUBLIC_URL | sed 's|/$||')" ] || differs PUBLIC_URL
	database=$(setting DATABASE_URL)
	[ "${DATABASE_URL:-$database}" = "$database" ] || differs DATABASE_URL
	# Where Caddy was left out the first time, it is left out again.
	[ ! -f "$units/timesheet-web.service" ] || grep -qsF "in front of the timesheet" "$caddyfile" || proxy=none
else
	url=${1:-}
	[ -n "$url" ] || stop "Name the address that people will use: sudo sh $0 https://timesheet.example"
	database=${DATABASE_URL:-sqlite:///$state/timesheet.sqlite3}
fi
url=${url%/}
case $url in
https://?*/*) stop "The address has to end after the host, such as https://timesheet.example" ;;
https://?*) ;;
*) stop "The address has to begin with https://, such as https://timesheet.example" ;;
esac
[ "$proxy" != none ] || proxy=

say "Installing Debian's packages"
# backup.sh needs PostgreSQL's own tools.
client=$(case $database in postgres*) echo postgresql-client ;; esac)
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends python3-venv ca-certificates $proxy $client

say "Creating the user timesheet and $state"
getent passwd timesheet >/dev/null || useradd --system --home-dir "$state" --shell /usr/sbin/nologin timesheet
install -d -o timesheet -g timesheet -m 0700 "$state"

say "Installing Python's packages into $app/.venv"
[ -x "$app/.venv/bin/pip" ] || python3 -m venv "$app/.venv"
"$app/.venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$app/requirements.txt"

if [ ! -f "$app/.env" ]; then
	say "Writing the settings to $app/.env"
	umask 077
	cat >"$app/.env.new" <<SETTINGS
PUBLIC_URL=$url
SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')
TOKEN_KEYS=$(python3 -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())')
DATABASE_URL=$database
DELIVERY_MARK=$state/delivery.mark
STATIC_ROOT=$state/static
SETTINGS
	chown root:timesheet "$app/.env.new"
	chmod 0640 "$app/.env.new"
	mv "$app/.env.new" "$app/.env"
	umask 022
	# What is wrong is named, and the next run begins with other settings.
	manage check >/dev/null || {
		rm "$app/.env"
		exit 1
	}
fi

say "Preparing the database and the static files"
if [ -d /run/systemd/system ] && systemctl --quiet is-active timesheet-worker; then
	# It finishes what it is delivering. No old code delivers with new tables.
	systemctl stop timesheet-worker
	trap 'say "Not finished, and no worker runs: see above, then run this again" >&2' EXIT
fi
manage migrate --no-input --verbosity 0
manage createcachetable
manage collectstatic --no-input --verbosity 0

say "Installing the services"
install -m 0644 "$app"/deploy/systemd/timesheet-* "$units"
if [ -n "$proxy" ]; then
	sed "s|{\$SITE:https://timesheet.example}|$url|" "$app/deploy/Caddyfile" >"$caddyfile.new"
	if ! cmp -s "$caddyfile" "$caddyfile.new"; then
		say "Writing $caddyfile; what was there is kept as $caddyfile.before"
		mv --backup=numbered "$caddyfile" "$caddyfile.before"
	fi
	mv "$caddyfile.new" "$caddyfile"
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl enable --quiet timesheet-web timesheet-worker timesheet-backup.timer
	# The worker last, so that it finds the new web processes.
	systemctl restart timesheet-web
	systemctl restart timesheet-worker
	trap - EXIT
	systemctl start timesheet-backup.timer
	[ -z "$proxy" ] || systemctl reload-or-restart caddy
	manage doctor || say "If the proxy is still getting its certificate, run manage.py doctor again in a minute"
else
	echo "systemd does not run here: start the services of $units/timesheet-* yourself."
fi
manage set_up
