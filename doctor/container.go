package doctor

import "io/fs"

// hostName is what a container calls the machine that it runs on. Docker Desktop
// and Podman know it by themselves.
const hostName = "host.docker.internal"

const (
	selfAdvice = "localhost inside a container is the container itself: use " + hostName +
		" for a receiver on the host, and with plain Docker on Linux add --add-host=" + hostName +
		":host-gateway; use the service's name for a receiver in another container of the network"
	hostAdvice = "with plain Docker on Linux add --add-host=" + hostName + ":host-gateway, in Compose extra_hosts: [" +
		hostName + ":host-gateway]"
)

// InContainer is whether a file system is that of a container: Docker and Podman
// leave a file in its root that says so.
func InContainer(root fs.FS) bool {
	for _, mark := range []string{".dockerenv", "run/.containerenv"} {
		if _, err := fs.Stat(root, mark); err == nil {
			return true
		}
	}
	return false
}
