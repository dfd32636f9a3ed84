package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// secret is part of every webhook URL in these tests, and of nothing else.
const secret = "T000-B000-s3cr3t"

const webhook = "https://hooks.slack.com/services/" + secret

func news() quarantine.Message {
	return quarantine.Message{
		Kind: quarantine.KindContained, Subject: "CONTAINED: i-1",
		Sections: []quarantine.Section{{Title: "Why", Lines: []string{"a miner", "$ aws ec2 describe-instances"}}},
		Links:    []quarantine.Link{{Label: "Execution", URL: "https://console.aws.amazon.com/states?a=1&b=2"}},
	}
}

// noSecret fails the test if any way of printing err shows the secret.
func noSecret(t *testing.T, err error) {
	t.Helper()
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Error("x", "err", err)
	shown := []string{log.String(), fmt.Sprintf("%v %+v %#v %q %s", err, err, err, err, err)}
	for e := err; e != nil; e = errors.Unwrap(e) {
		shown = append(shown, fmt.Sprintf("%+v %#v", e, e))
	}
	for _, s := range shown {
		if strings.Contains(s, secret) {
			t.Errorf("I11: the secret is in %s", s)
		}
	}
}

func TestNewTakesHTTPSAndLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, good := range []string{webhook, "http://127.0.0.1:8080/" + secret, "http://localhost/" + secret, "http://[::1]:1/" + secret} {
		if _, err := New(good, http.DefaultClient); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", secret, "hooks.slack.com/" + secret, "http://hooks.slack.com/" + secret, "ftp://127.0.0.1/" + secret,
		"https:///" + secret, "https://" + secret + ":x@hooks.slack.com/", "https://hooks.slack.com/%zz" + secret,
		"https://hooks.slack.com/\n" + secret, "http://127.0.0.1." + secret + ".example/", "https://h/x#" + secret,
	} {
		_, err := New(bad, http.DefaultClient)
		if !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%q: got %v, want BadRequest", bad, err)
		}
		noSecret(t, err)
	}
}

func TestAChannelDoesNotPrintItsURL(t *testing.T) {
	t.Parallel()
	c, err := New(webhook, http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "channel", c)
	if all := fmt.Sprintf("%v %+v %#v %s", c, *c, c, log.String()); strings.Contains(all, secret) {
		t.Error(all)
	}
}

// answer starts a server that gives every request the same answer, with the secret in it.
func answer(t *testing.T, status int, header http.Header) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name := range header {
			w.Header().Set(name, header.Get(name))
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "no_service "+r.URL.Path)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/" + secret
}

func send(t *testing.T, url string, client *http.Client) error {
	t.Helper()
	c, err := New(url, client)
	if err != nil {
		t.Fatal(err)
	}
	return c.Send(t.Context(), news())
}

func TestI11ErrorResponsesBecomeNamedErrorsWithoutTheSecret(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status     int
		header     http.Header
		name, says string
	}{
		"bad payload":             {400, nil, quarantine.BadRequest, "status 400"},
		"unauthorized":            {401, nil, quarantine.AccessDenied, "new webhook"},
		"prohibited":              {403, nil, quarantine.AccessDenied, "may not post"},
		"no_service":              {404, nil, quarantine.AccessDenied, "switched off"},
		"archived":                {410, nil, quarantine.AccessDenied, "switched off"},
		"too large":               {413, nil, quarantine.BadRequest, "status 413"},
		"limited":                 {429, http.Header{"Retry-After": {"30"}}, quarantine.Throttled, "after 30s"},
		"limited, no Retry-After": {429, nil, quarantine.Throttled, "later"},
		"limited until a date":    {429, http.Header{"Retry-After": {"Mon, 02 Nov 2026 12:00:00 GMT " + secret}}, quarantine.Throttled, "later"},
		"timeout at the server":   {408, nil, quarantine.Unavailable, "try again"},
		"broken":                  {500, nil, quarantine.Unavailable, "try again"},
		"overloaded":              {503, http.Header{"Retry-After": {"5"}}, quarantine.Unavailable, "try again"},
		"moved":                   {302, http.Header{"Location": {"/elsewhere/" + secret}}, quarantine.BadRequest, "not followed"},
		"moved, keep the method":  {307, http.Header{"Location": {"https://127.0.0.1:1/" + secret}}, quarantine.BadRequest, "not followed"},
		"moved nowhere":           {308, nil, quarantine.BadRequest, "not followed"},
		"moved to no address":     {302, http.Header{"Location": {"%zz" + secret}}, quarantine.Unavailable, "connection failed"},
		"an unknown status":       {299, nil, quarantine.BadRequest, "status 299"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := send(t, answer(t, tt.status, tt.header), &http.Client{})
			if !quarantine.Is(err, tt.name) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %s: %v; want %s saying %q", quarantine.NameOf(err), err, tt.name, tt.says)
			}
			noSecret(t, err)
		})
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestI11NoAnswerIsUnavailableAndShowsNoSecret(t *testing.T) {
	t.Parallel()
	fail := func(err error) *http.Client {
		return &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, err })}
	}
	hang := &http.Client{Timeout: time.Millisecond, Transport: transport(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})}
	tests := map[string]struct {
		client *http.Client
		says   string
	}{
		"unknown host":   {fail(&net.DNSError{Err: "no such host", Name: secret}), "name cannot be resolved"},
		"broken":         {fail(fmt.Errorf("reset by %s", secret)), "connection failed"},
		"client's limit": {hang, "no answer in time"},
	}
	for name, tt := range tests {
		err := send(t, webhook, tt.client)
		if !quarantine.Is(err, quarantine.Unavailable) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %s: %v; want Unavailable saying %q", name, quarantine.NameOf(err), err, tt.says)
		}
		noSecret(t, err)
	}
}

func TestI11AnUntrustedCertificateShowsNoSecret(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	t.Cleanup(s.Close)
	err := send(t, s.URL+"/"+secret, &http.Client{})
	if !quarantine.Is(err, quarantine.Unavailable) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
	noSecret(t, err)
}

func TestI11TheEndOfTheFunctionsTimeShowsNoSecret(t *testing.T) {
	t.Parallel()
	c, err := New(webhook, &http.Client{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = c.Send(ctx, news())
	if !quarantine.Is(err, quarantine.Unavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	noSecret(t, err)
}

func TestTheClientThatWasGivenIsLeftAlone(t *testing.T) {
	t.Parallel()
	client := &http.Client{}
	if _, err := New(webhook, client); err != nil {
		t.Fatal(err)
	}
	if client.Timeout != 0 || client.CheckRedirect != nil {
		t.Errorf("%+v", client)
	}
}
