#!/bin/sh
# Installs the timesheet on Debian, from the checkout that it is in: /opt/timesheet.
#   sudo sh /opt/timesheet/deploy/install.sh https://timesheet.example
# Run it again after any change: what is there stays. DATABASE_URL= takes PostgreSQL in place of SQLite,
# PROXY=none leaves out Caddy.
set -eu
url=${1:?"Name the address that people will use: install.sh https://timesheet.example"}
app=$(cd "$(dirname "$0")/.." && pwd)
state=/var/lib/timesheet
[ "$(id -u)" = 0 ] || { echo "Run this as root: sudo sh $0 $url" >&2; exit 1; }
[ "$app" = /opt/timesheet ] || { echo "The units expect the checkout in /opt/timesheet, and this is $app." >&2; exit 1; }
say() { echo "== $*"; }
as_app() { setpriv --reuid timesheet --regid timesheet --init-groups "$@"; }
manage() { (cd "$app" && as_app .venv/bin/python manage.py "$@"); }

say "Installing Debian's packages"
proxy=$([ "${PROXY:-caddy}" = none ] || echo caddy)
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends python3-venv ca-certificates $proxy

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
DATABASE_URL=${DATABASE_URL:-sqlite:///$state/timesheet.sqlite3}
DELIVERY_MARK=$state/delivery.mark
STATIC_ROOT=$state/static
SETTINGS
	chown root:timesheet "$app/.env.new"
	chmod 0640 "$app/.env.new"
	mv "$app/.env.new" "$app/.env"
	umask 022
fi

say "Preparing the database and the static files"
manage migrate --no-input --verbosity 0
manage createcachetable
manage collectstatic --no-input --verbosity 0

say "Installing the services"
install -m 0644 "$app"/deploy/systemd/timesheet-* /etc/systemd/system/
if [ -n "$proxy" ]; then
	sed "s|{\$SITE:https://timesheet.example}|$url|" "$app/deploy/Caddyfile" >/etc/caddy/Caddyfile
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl enable --quiet timesheet-web timesheet-worker timesheet-backup.timer
	systemctl restart timesheet-web timesheet-worker
	systemctl start timesheet-backup.timer
	[ -z "$proxy" ] || systemctl reload-or-restart caddy
	manage doctor || true
else
	echo "systemd does not run here: start the services of /etc/systemd/system/timesheet-* yourself."
fi
manage set_up
