# Installs redis-server where it is missing; each test starts its own on a free port. Sourced.
if ! command -v redis-server >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends redis-server >/dev/null
fi
