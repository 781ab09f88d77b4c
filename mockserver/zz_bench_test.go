package mockserver_test

import (
	"testing"

	"kycmock/mockserver"
)

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		m, err := mockserver.New(mockserver.Config{})
		if err != nil {
			b.Fatal(err)
		}
		m.Close()
	}
}
