package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"syscall"
	"time"

	"kycmock/keys"
	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// serverFlags are the fields of mockserver.Config as flags.
type serverFlags struct {
	ReadyFile  string     `placeholder:"FILE" help:"Write the ready line to this file too; it is removed at the end."`
	ClockStart *time.Time `placeholder:"TIME" help:"What the clock shows at first, by RFC 3339; now when absent."`
	Seed       *uint64    `placeholder:"N" help:"Decides everything that is invented; a new one at each start when absent."`
	Strict     bool       `help:"Hold webhooks to the vendors' own https rules."`
	Parallel   int        `default:"1" placeholder:"N" help:"How many attempts due at one instant are made side by side while the clock stands or is advanced. Default: ${default}, which keeps their order the same every time."`
	Keys       string     `placeholder:"DIR" help:"Sign with the keys in this folder (*.pem, *.jwk, *.json): the first by name signs, the others are published. A built-in test key when absent."`
	PublicURL  string     `placeholder:"URL" help:"How others reach the mock, such as http://kycmock:8080; the address when absent, 127.0.0.1 for an unspecified one."`
	TLSAddr    string     `placeholder:"HOST:PORT" help:"Serve HTTPS here too, with a certificate for the vendors' own hosts and for the mock's; port 0 takes a free one. Who has to trust it finds the CA at /_mock/v1/ca.pem. No HTTPS when absent."`
	CADir      string     `placeholder:"DIR" help:"Keep that CA in this folder, as ca.pem and ca-key.pem, which are made when they are not there. A new CA at each start when absent."`
	LogFormat  string     `enum:"text,json" default:"text" help:"How the log on stderr is written: text or json."`
	LogLevel   string     `enum:"debug,info,warn,error" default:"info" help:"What the log on stderr tells: debug, info, warn or error."`
	trustFlags
}

// maxRate is the highest clock rate, here as in the control API.
const maxRate = 1_000_000

// config is the flags as a mock wants them.
func (f serverFlags) config(addr string, rate float64, stderr io.Writer) (mockserver.Config, error) {
	if !(rate >= 0 && rate <= maxRate) { // not a number is neither
		return mockserver.Config{}, usagef("--clock-rate: want 0 to %d, not %v", maxRate, rate)
	}
	if f.Parallel < 1 {
		return mockserver.Config{}, usagef("--parallel: want 1 or more, not %d", f.Parallel)
	}
	var start time.Time
	if f.ClockStart != nil {
		start = *f.ClockStart
	}
	if start.Year() > clock.LatestYear {
		return mockserver.Config{}, usagef("--clock-start: want no later than the year %d", clock.LatestYear)
	}
	c := mockserver.Config{
		Addr: addr, TLSAddr: f.TLSAddr, CADir: f.CADir, PublicURL: f.PublicURL,
		Clock: clock.New(start, rate), Parallel: f.Parallel, Seed: f.Seed, Strict: f.Strict,
		InsecureSkipVerify: f.InsecureSkipVerify, Log: f.log(stderr), Version: versionText(), Commit: commit,
	}
	if err := cmp.Or(checkAddr("--addr", addr), checkAddr("--tls-addr", f.TLSAddr)); err != nil {
		return c, err
	}
	if f.PublicURL != "" {
		if err := mockserver.CheckPublicURL(f.PublicURL); err != nil {
			return c, usagef("--public-url: %w", err)
		}
	}
	var err error
	if c.CAs, err = f.pool(); err != nil {
		return c, err
	}
	if f.Keys == "" {
		return c, nil
	}
	if c.Keys, err = keys.Load(os.DirFS(f.Keys)); err != nil {
		return c, usagef("--keys %s: %w", f.Keys, err)
	}
	return c, nil
}

// checkAddr says what is wrong with where to listen; empty is the default.
func checkAddr(flag, addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if addr != "" && err != nil {
		return usagef("%s: want HOST:PORT, such as :8080, not %q", flag, addr)
	}
	return nil
}

func (f serverFlags) log(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(f.LogLevel)) // the flag allows no other words
	options := &slog.HandlerOptions{Level: level}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// listen makes the mock listen. What keeps it from that is in what it was told:
// an address, a folder, a setup.
func listen(c mockserver.Config) (*mockserver.Server, error) {
	mock, err := mockserver.Start(c)
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && c.TLSAddr != "":
		return nil, usagef("%w; other addresses can be chosen, --addr 127.0.0.1:0 and --tls-addr 127.0.0.1:0 take free ports", err)
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, usagef("%w; another address can be chosen, --addr 127.0.0.1:0 takes a free port", err)
	case err != nil:
		return nil, wrongSetup(err)
	}
	return mock, nil
}

// start is listen that tells how to get the same mock again.
func start(c mockserver.Config) (*mockserver.Server, error) {
	mock, err := listen(c)
	if err != nil {
		return nil, err
	}
	if mock.TLSURL != "" {
		c.Log.Info("serving HTTPS", "url", mock.TLSURL, "ca", mock.PublicURL+"/_mock/v1/ca.pem")
	}
	c.Log.Info("started", "url", mock.URL, "seed", mock.Seed(), "clock", mock.Clock.Now().Format(time.RFC3339), "rate", mock.Clock.Rate())
	return mock, nil
}

type serveCommand struct {
	Addr      string  `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one. Default: ${default}."`
	ClockRate float64 `default:"1" placeholder:"RATE" help:"Mock seconds in a real one; 0 stands still until it is advanced. Default: ${default}."`
	WebDir    string  `placeholder:"DIR" help:"Serve the page from this folder, for who works on it. The page that was built in when absent."`
	shelf
	setupFlags
	serverFlags
}

// Help is more about the command.
func (serveCommand) Help() string {
	return example(
		"kycmock serve --clock-rate 60",
		"kycmock serve --setup setup.yaml",
		"kycmock serve --uqudo-webhook http://127.0.0.1:3000/hook --uip-webhook http://127.0.0.1:3000/events",
	)
}

// Run serves until the context ends.
func (c serveCommand) Run(s *streams) (err error) {
	config, err := c.config(c.Addr, c.ClockRate, s.err)
	if err != nil {
		return err
	}
	config.WebDir = c.WebDir
	defer config.Clock.Close()
	if config.Scenarios, err = c.shelf.read(); err != nil {
		return err
	}
	if err := c.setupFlags.into(&config); err != nil {
		return err
	}
	mock, err := start(config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mock.Close()) }()
	done, err := c.ready(s.out, mock)
	if err != nil {
		return err
	}
	defer done()
	<-s.ctx.Done()
	config.Log.Info("stopping")
	return nil
}

// ready says, in one line, that the mock can be used; done takes that back.
func (f serverFlags) ready(out io.Writer, mock *mockserver.Server) (done func(), err error) {
	line, err := json.Marshal(struct {
		Ready   bool   `json:"ready"`
		URL     string `json:"url"`
		TLSURL  string `json:"tlsUrl,omitempty"`
		Version string `json:"version"`
	}{true, mock.URL, mock.TLSURL, versionText()})
	if err != nil {
		return nil, err
	}
	line = append(line, '\n')
	done = func() {}
	if f.ReadyFile != "" {
		// Written beside and moved, so that nobody reads half of it.
		draft := f.ReadyFile + ".new"
		if err := os.WriteFile(draft, line, 0o644); err != nil {
			return nil, usagef("--ready-file: %w", err)
		}
		if err := os.Rename(draft, f.ReadyFile); err != nil {
			return nil, usagef("--ready-file: %w", err)
		}
		done = func() { _ = os.Remove(f.ReadyFile) }
	}
	_, err = out.Write(line)
	return done, err
}
