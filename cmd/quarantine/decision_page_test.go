package main

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var pageLink = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+/r/\S+\s`)

// Whoever tries the release by approval decides on the very page that a deployment serves.
func TestThePageOfASimulationIsThatOfADeployment(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	out := &linkOutput{link: asked}
	ended := make(chan int, 1)
	go func() {
		ended <- run(t.Context(), []string{"simulate", "--definition", "quarantine-approval"}, streams{out: out, err: out})
	}()
	var link string
	select {
	case link = <-asked:
	case code := <-ended:
		t.Fatalf("it has ended with %d, and nobody was asked:\n%s", code, out)
	}
	for _, want := range []string{"Release <span", "“web-page”</strong>", "<dt>Also hit</dt><dd>1 other instance", `value="approve"`, `value="deny"`} {
		if body := ofPage(t, http.MethodGet, link); !strings.Contains(body, want) {
			t.Errorf("the page does not say %q:\n%s", want, body)
		}
	}
	body := ofPage(t, http.MethodPost, link)
	for _, want := range []string{"is being released</h1>", "The simulation goes on in its terminal", "That is everything on record"} {
		if !strings.Contains(body, want) {
			t.Errorf("the answer does not say %q:\n%s", want, body)
		}
	}
	if code := <-ended; code != exitOK || !strings.Contains(out.String(), "RELEASED") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// linkOutput is what is printed, and the first link in it.
type linkOutput struct {
	mu   sync.Mutex
	all  bytes.Buffer
	link chan string
}

func (p *linkOutput) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all.Write(b)
	if link := pageLink.Find(p.all.Bytes()); link != nil && p.link != nil {
		p.link <- strings.TrimSpace(string(link))
		p.link = nil
	}
	return len(b), nil
}

func (p *linkOutput) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all.String()
}

// ofPage sends the request that a browser sends for the page or for its form.
func ofPage(t *testing.T, method, link string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, strings.NewReader("decision=approve&reason=it+is+clean"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v\n%s", method, answer.Status, err, body)
	}
	return string(body)
}
