type Where = { folder: string; socket: string; pause: string };

/** Of containerd: everything of its own in one folder, and what runs without the right to lower an OOM score. */
export function containerdSettings({ folder, socket, pause }: Where): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${folder}/containerd"
state = "${folder}/containerd-state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]
[grpc]
address = "${socket}"
[${cri}]
sandbox_image = "${pause}"
restrict_oom_score_adj = true
disable_apparmor = true
stream_server_address = "127.0.0.1"
[${cri}.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${folder}/cni"
[${cri}.containerd]
snapshotter = "overlayfs"
default_runtime_name = "runc"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
Root = "${folder}/runc"
`;
}

/** Pods share a bridge with this machine, and reach nothing beyond it. */
export function networkSettings({
  folder,
  bridge,
  subnet,
}: {
  folder: string;
  bridge: string;
  subnet: string;
}) {
  const ipam = { type: "host-local", dataDir: `${folder}/cni-data`, ranges: [[{ subnet }]] };
  const plugin = { type: "bridge", bridge, isGateway: false, ipMasq: false, ipam };
  return { cniVersion: "0.4.0", name: "lastgood", plugins: [plugin] };
}

/** No cgroups of its own making, no rules, nobody may ask it anything. */
export function kubeletSettings(port: number) {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: "127.0.0.1",
    port,
    readOnlyPort: 0,
    healthzPort: 0,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    cgroupDriver: "cgroupfs",
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    oomScoreAdj: 0,
    resolvConf: "",
    evictionHard: { "memory.available": "1Mi", "nodefs.available": "0%", "imagefs.available": "0%" },
    imageGCHighThresholdPercent: 100,
    nodeStatusUpdateFrequency: "1s",
    volumeStatsAggPeriod: "0s",
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
  };
}
