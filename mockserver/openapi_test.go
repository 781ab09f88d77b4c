package mockserver_test

import (
	"sync"
	"testing"

	"kycmock/mockserver"
)

// The document is made when it is first asked for, which may be by several at
// once and while the API is used.
func TestManyAskForTheOpenAPIDocumentAtOnce(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, mockserver.Config{}))
	var readers sync.WaitGroup
	for i := range 8 {
		readers.Go(func() {
			path := "/_mock/v1/openapi.json"
			if i%2 > 0 {
				path = "/_mock/v1/openapi.yaml"
			}
			first, second := a.call("GET", path, ""), a.call("GET", path, "")
			if first.status != 200 || len(first.body) < 1000 || string(first.body) != string(second.body) {
				t.Errorf("%s answers %d with %d bytes, then %d", path, first.status, len(first.body), len(second.body))
			}
			a.call("POST", "/_mock/v1/triggers", `{"event": 5}`)
		})
	}
	readers.Wait()
}
