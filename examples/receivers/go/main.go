// Command receiver takes the webhooks of Uqudo and UIP as a customer's back end
// would, with go-jose for what Uqudo signs:
//
//	env $(grep -v '^#' ../mock.env) go run .
//
// It takes Uqudo's results at /uqudo and UIP's events at /uip, on 127.0.0.1:3000
// unless HOST and PORT say otherwise.
package main

import (
	"cmp"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

func main() {
	mock := cmp.Or(os.Getenv("KYCMOCK_URL"), "http://127.0.0.1:8080")
	cooldown, err := strconv.ParseFloat(cmp.Or(os.Getenv("JWKS_COOLDOWN"), "30"), 64)
	if err != nil {
		log.Fatal("JWKS_COOLDOWN: want seconds: ", err)
	}
	client := &http.Client{Timeout: 5 * time.Second}
	taken := &once{ids: map[string]bool{}}

	http.Handle("POST /uqudo", webhook((&uqudo{
		clientID: required("UQUDO_CLIENT_ID"),
		keys: &keySet{
			url:      cmp.Or(os.Getenv("JWKS_URL"), mock+"/uqudo/api/.well-known/jwks.json"),
			cooldown: time.Duration(cooldown * float64(time.Second)),
			client:   client,
		},
		taken: taken,
	}).take))
	http.Handle("POST /uip", webhook((&uip{
		secret: required("UIP_SECRET"),
		api:    cmp.Or(os.Getenv("UIP_API_URL"), mock+"/uip/v1"),
		apiKey: required("UIP_API_KEY"),
		client: client,
		taken:  taken,
	}).take))
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })

	listener, err := net.Listen("tcp", net.JoinHostPort(cmp.Or(os.Getenv("HOST"), "127.0.0.1"), cmp.Or(os.Getenv("PORT"), "3000")))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}

func required(name string) string {
	value := os.Getenv(name)
	if value == "" {
		log.Fatal(name, " is not set")
	}
	return value
}

// webhook reads the body as it comes, and answers what take says of it.
func webhook(take func(r *http.Request, body []byte) (status int, text string)) http.Handler {
	const most = 16 << 20 // results with images are large
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		status, text := take(r, body)
		w.WriteHeader(status)
		fmt.Fprintln(w, text)
	})
}

// once remembers what was taken, so that it is taken once. Yours is a table with
// a unique key, which outlives a restart and which all your processes share.
type once struct {
	mu  sync.Mutex
	ids map[string]bool
}

func (o *once) first(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.ids[id]
	o.ids[id] = true
	return !known
}
