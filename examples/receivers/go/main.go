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
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
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

	mux := http.NewServeMux()
	mux.Handle("POST /uqudo", webhook((&uqudo{
		clientID: required("UQUDO_CLIENT_ID"),
		keys: &keySet{
			url:      cmp.Or(os.Getenv("JWKS_URL"), mock+"/uqudo/api/.well-known/jwks.json"),
			cooldown: time.Duration(cooldown * float64(time.Second)),
			client:   client,
		},
		taken: taken,
	}).take))
	mux.Handle("POST /uip", webhook((&uip{
		secret: required("UIP_SECRET"),
		api:    cmp.Or(os.Getenv("UIP_API_URL"), mock+"/uip/v1"),
		apiKey: required("UIP_API_KEY"),
		client: client,
		taken:  taken,
	}).take))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })

	listener, err := net.Listen("tcp", net.JoinHostPort(cmp.Or(os.Getenv("HOST"), "127.0.0.1"), cmp.Or(os.Getenv("PORT"), "3000")))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	if err := serve(listener, mux); err != nil {
		log.Fatal(err)
	}
}

// serve serves until the process is told to end, and then lets what has begun be
// answered.
func serve(listener net.Listener, handler http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return server.Shutdown(last)
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
			status := http.StatusBadRequest
			if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
				status = http.StatusRequestEntityTooLarge
			}
			http.Error(w, err.Error(), status)
			return
		}
		status, text := take(r, body)
		w.WriteHeader(status)
		fmt.Fprintln(w, text)
	})
}
