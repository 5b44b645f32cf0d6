#!/bin/bash
# Makes an empty data directory into a database by what the environment says, then starts the server as the user mysql.
set -eo pipefail

readonly DATA=/var/lib/mysql SCRIPTS=/docker-entrypoint-initdb.d SHARE=/usr/share/mysql

say() { echo "$(date --rfc-3339=seconds) [Note] [Entrypoint]: $*"; }
fail() {
	echo "$(date --rfc-3339=seconds) [ERROR] [Entrypoint]: $*" >&2
	exit 1
}

# setting NAME: MARIADB_NAME, or MYSQL_NAME, or what is in the file that one of these names with _FILE.
setting() {
	local maria=MARIADB_$1 mysql=MYSQL_$1
	local maria_file=${maria}_FILE mysql_file=${mysql}_FILE
	local file=${!maria_file:-${!mysql_file}}
	if [ -n "$file" ]; then cat "$file"; else printf %s "${!maria:-${!mysql}}"; fi
}

quoted() {
	local text=${1//\\/\\\\}
	printf "'%s'" "${text//\'/\'\'}"
}

check() {
	[ -n "$ROOT_PASSWORD$ALLOW_EMPTY$RANDOM_PASSWORD" ] || fail "Database is uninitialized and password option is not specified
	You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD"
	[ "$USER_NAME" != root ] || fail "MARIADB_USER=\"root\" cannot be used: root's password is set by MARIADB_ROOT_PASSWORD"
}

# What the server is told while it makes its own tables: a statement a line, or up to a line's end.
first_words() {
	printf '%s\n' 'CREATE DATABASE IF NOT EXISTS mysql;' 'USE mysql;' 'SET @auth_root_socket=NULL, @skip_auth_anonymous=1;'
	cat "$SHARE/mysql_system_tables.sql" "$SHARE/mysql_performance_tables.sql"
	# The name of a container is not one to know users by.
	sed '/@current_hostname/d' "$SHARE/mysql_system_tables_data.sql"
	echo 'FLUSH PRIVILEGES;'
	echo "DROP USER IF EXISTS root@127.0.0.1, root@'::1';"
	echo "ALTER USER root@localhost IDENTIFIED BY $(quoted "$ROOT_PASSWORD");"
	echo "CREATE OR REPLACE USER root@'%' IDENTIFIED BY $(quoted "$ROOT_PASSWORD");"
	echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
	[ -z "$DATABASE" ] || echo "CREATE DATABASE IF NOT EXISTS \`$DATABASE\`;"
	if [ -n "$USER_NAME" ]; then
		echo "CREATE OR REPLACE USER $(quoted "$USER_NAME")@'%' IDENTIFIED BY $(quoted "$USER_PASSWORD");"
		[ -z "$DATABASE" ] || echo "GRANT ALL ON \`${DATABASE//_/\\_}\`.* TO $(quoted "$USER_NAME")@'%';"
	fi
}

# One that cannot be executed is read by this shell.
run_script() {
	# shellcheck source=/dev/null
	if [ -x "$1" ]; then "$1"; else . "$1"; fi
}

# The learner's own scripts, told to a server that nobody else reaches yet.
run_scripts() {
	local client=(mariadb --protocol=socket -uroot "-p$ROOT_PASSWORD") file server
	[ -n "$ROOT_PASSWORD" ] || client=(mariadb --protocol=socket -uroot)
	"$@" --skip-networking &
	server=$!
	until "${client[@]}" -e 'SELECT 1' >/dev/null 2>&1; do
		kill -0 "$server" || fail 'Unable to start server.'
		sleep 1
	done
	for file in "$SCRIPTS"/*; do
		say "running $file"
		case "$file" in
		*.sh) run_script "$file" ;;
		*.sql) "${client[@]}" "$DATABASE" <"$file" ;;
		*.sql.gz) gunzip -c "$file" | "${client[@]}" "$DATABASE" ;;
		*) say "ignoring $file" ;;
		esac
	done
	kill "$server"
	wait "$server"
}

initialise() {
	ROOT_PASSWORD=$(setting ROOT_PASSWORD) DATABASE=$(setting DATABASE)
	USER_NAME=$(setting USER) USER_PASSWORD=$(setting PASSWORD)
	ALLOW_EMPTY=${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:-$MYSQL_ALLOW_EMPTY_PASSWORD}
	RANDOM_PASSWORD=${MARIADB_RANDOM_ROOT_PASSWORD:-$MYSQL_RANDOM_ROOT_PASSWORD}
	check
	if [ -n "$RANDOM_PASSWORD" ]; then
		ROOT_PASSWORD=$(head -c 24 /dev/urandom | base64)
		say "GENERATED ROOT PASSWORD: $ROOT_PASSWORD"
	fi
	say 'Initializing database files'
	first_words | mariadbd --bootstrap --silent-startup --datadir="$DATA"
	say 'Database files initialized'
	if compgen -G "$SCRIPTS/*" >/dev/null; then run_scripts "$@"; fi
	say 'MariaDB init process done. Ready for start up.'
}

case "$1" in
-*) set -- mariadbd "$@" ;;
esac
if [ "$1" = mariadbd ] || [ "$1" = mysqld ]; then
	if [ "$(id -u)" = 0 ]; then
		find "$DATA" /run/mysqld \! -user mysql -exec chown mysql: {} +
		exec setpriv --reuid=mysql --regid=mysql --clear-groups "$0" "$@"
	fi
	[ -d "$DATA/mysql" ] || initialise "$@"
fi
exec "$@"
