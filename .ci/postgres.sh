# Sets DATABASE_URL for the tests that need a PostgreSQL server: the one that is given, else the one
# on the standard port if it lets us in, else one of our own in a temporary folder. Sourced.

postgres_on_standard_port=postgres://postgres@127.0.0.1:5432/postgres

start_own_postgres() {
  if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends postgresql >/dev/null
  fi
  local bin port=54329
  bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  postgres_data=$(mktemp -d)
  # The server refuses to run as root.
  as_owner=()
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$postgres_data"
    as_owner=(runuser -u postgres --)
  fi
  "${as_owner[@]}" "$bin/initdb" -D "$postgres_data" -U postgres -A trust >/dev/null
  "${as_owner[@]}" "$bin/pg_ctl" -D "$postgres_data" -w -l "$postgres_data/log" \
    -o "-p $port -k $postgres_data -c listen_addresses=127.0.0.1 -c fsync=off" start >/dev/null
  postgres_stop=("${as_owner[@]}" "$bin/pg_ctl" -D "$postgres_data" -m fast stop)
  trap '"${postgres_stop[@]}" >/dev/null; rm -rf "$postgres_data"' EXIT
  export DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres
}

if [ -n "${DATABASE_URL:-}" ]; then
  echo 'PostgreSQL: the server that DATABASE_URL names'
elif command -v psql >/dev/null && psql -w "$postgres_on_standard_port" -c 'select 1' >/dev/null 2>&1; then
  export DATABASE_URL=$postgres_on_standard_port
  echo 'PostgreSQL: the server on the standard port'
else
  start_own_postgres
  echo 'PostgreSQL: a server of our own'
fi
