#!/usr/bin/env bash
# Builds kube-apiserver, kube-controller-manager, kube-scheduler and kubelet 1.20 from Debian's source package into $1
# (about 6 minutes and 2 GB of scratch the first time; what stands there already is not built again). Needs root.
set -euo pipefail
out=$(mkdir -p "${1:?usage: build.sh OUT_DIR}" && cd "$1" && pwd)
names=""
for n in kube-apiserver kube-controller-manager kube-scheduler kubelet; do [[ -x $out/$n ]] || names="$names $n"; done
[[ -n $names ]] || exit 0
echo "missing in $out:$names" >&2
scratch=${KUBE_SCRATCH:-$out/.scratch}; mkdir -p "$scratch/lists/partial" "$scratch/gopath/src/k8s.io"
apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends golang-1.19-go dpkg-dev >/dev/null
# a private source list: the machine's own binary lists with their type changed, kept apart from the system's
sed -E 's/^deb /deb-src /' /etc/apt/sources.list 2>/dev/null >"$scratch/src.list" || : >"$scratch/src.list"
for f in /etc/apt/sources.list.d/*.list; do [[ -f $f ]] && sed -E 's/^deb /deb-src /' "$f" >>"$scratch/src.list"; done
opt=(-o "Dir::Etc::sourcelist=$scratch/src.list" -o Dir::State::Lists="$scratch/lists")
for f in /etc/apt/sources.list.d/*.sources; do
  [[ -f $f ]] && sed -E 's/^Types:.*/Types: deb-src/' "$f" >"$scratch/src.sources" && opt=(-o "Dir::Etc::sourcelist=$scratch/src.sources" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::Lists="$scratch/lists") && break
done
apt-get "${opt[@]}" update >/dev/null
(cd "$scratch" && apt-get "${opt[@]}" source kubernetes >/dev/null)
src=$(find "$scratch" -maxdepth 1 -type d -name 'kubernetes-*' | head -n 1)
[[ -e $scratch/gopath/src/k8s.io/kubernetes ]] || mv "$src" "$scratch/gopath/src/k8s.io/kubernetes"
export PATH=/usr/lib/go-1.19/bin:$PATH GOROOT=/usr/lib/go-1.19 GOCACHE=$scratch/gocache GOPATH=$scratch/gopath GO111MODULE=off CGO_ENABLED=0
unset GOFLAGS GOPROXY
cd "$scratch/gopath/src/k8s.io/kubernetes"
# the package's source lacks the generated OpenAPI definitions: make them before the apiserver is built
if ! ls pkg/generated/openapi/zz_generated.openapi.go >/dev/null 2>&1; then
  go build -o "$scratch/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  dirs=$(grep -rl --include='*.go' -E '^// *\+k8s:openapi-gen=' staging/src/k8s.io pkg 2>/dev/null |
    grep -v -E '_test.go|/testdata/|zz_generated|code-generator|sample-|kube-aggregator/pkg/apiserver/scheme' |
    xargs -n1 dirname | sort -u | sed -E 's#^staging/src/#k8s.io/kubernetes/vendor/#; s#^pkg/#k8s.io/kubernetes/pkg/#' | paste -sd,)
  "$scratch/openapi-gen" --go-header-file hack/boilerplate/boilerplate.generatego.txt --logtostderr -O zz_generated.openapi \
    --input-dirs "$dirs" --output-package k8s.io/kubernetes/pkg/generated/openapi --output-base "$scratch/gopath/src" \
    --report-filename "$scratch/violations.list" >/dev/null
fi
v=k8s.io/kubernetes/vendor/k8s.io/component-base/version
ld="-s -w -X $v.gitVersion=v1.20.2 -X $v.gitMajor=1 -X $v.gitMinor=20 -X k8s.io/kubernetes/vendor/k8s.io/client-go/pkg/version.gitVersion=v1.20.2"
# under its name only when it is whole: what is cut off in the middle must not pass for built
for n in $names; do go build -trimpath -ldflags "$ld" -o "$scratch/$n" "./cmd/$n"; mv "$scratch/$n" "$out/$n"; done
[[ -n ${KUBE_SCRATCH:-} ]] || rm -rf "$scratch"
