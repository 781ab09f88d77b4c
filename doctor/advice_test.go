package doctor_test

import (
	"net"
	"slices"
	"testing"

	"kycmock/doctor"
)

// What is said of the key set depends on where the receiver is.
func TestWithoutAReceiverNothingIsSaidOfWhoAsks(t *testing.T) {
	for url, says := range map[string]string{
		"hello": "put http:// or https:// before it", "ftp://x/": "webhooks go over http or https: want one such as http://", "http://u:p@127.0.0.1/": "beside the URL", "http://127.0.0.1:99999/": "99999",
	} {
		healthy, told, names := run(t, doctor.Checkup{Receiver: url, JWKS: keySet(t).URL + path})
		told.wants(t, "receiver URL", false, says)
		if healthy || slices.Contains(names, "JWKS is for others") || !told["JWKS is a key set"].OK {
			t.Errorf("%s: it tells %v", url, told)
		}
	}
}

// HTTP to who speaks something else often ends with a reset.
func TestAResetSaysToLookAtTheScheme(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1))
			_ = conn.(*net.TCPConn).SetLinger(0)
			conn.Close()
		}
	}()
	_, told, _ := run(t, doctor.Checkup{Receiver: "http://" + listener.Addr().String() + "/", JWKS: keySet(t).URL + path})
	told.wants(t, "receiver answers", false, "the connection was reset", "see whether it speaks http at this port")
}

func TestThePublicURLIsAskedForNobody(t *testing.T) {
	set := keySet(t)
	healthy, told, names := run(t, doctor.Checkup{Receiver: set.URL + path, PublicURL: set.URL + "/", Server: "http://127.0.0.1:1"})
	if !healthy || slices.ContainsFunc(names, func(n string) bool { return told[n].OfMock() }) {
		t.Errorf("it tells %v", told)
	}
}
