package democheck

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// pageTimeout is the time limit of one request for the page.
const pageTimeout = 3 * time.Second

// Browser requests one page over HTTP.
type Browser struct {
	url    string
	client *http.Client
}

var _ Page = (*Browser)(nil)

// NewBrowser makes a Browser for an http or https address.
func NewBrowser(address string) (*Browser, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the page's address cannot be read: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("the page's address %q does not begin with http:// and a host", address)
	}
	// Each request uses a new connection directly to the page: an existing connection
	// or a proxy's answer would not show whether the page can be reached. Redirects
	// are not followed.
	return &Browser{url: u.String(), client: &http.Client{
		Timeout:       pageTimeout,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Get makes one request.
func (b *Browser) Get(ctx context.Context) Answer {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url, http.NoBody)
	if err != nil {
		return Answer{Why: err.Error()}
	}
	response, err := b.client.Do(request)
	if err != nil {
		failed, ok := errors.AsType[*url.Error](err)
		return Answer{Why: err.Error(), Silent: ok && failed.Timeout()}
	}
	_ = response.Body.Close() // only the status is needed
	return Answer{Status: response.StatusCode}
}

// words describes the answer for people.
func (a Answer) words() string {
	switch {
	case a.Silent:
		return "nothing answers within " + pageTimeout.String()
	case a.Status == 0:
		return "no page comes back: " + a.Why
	}
	return fmt.Sprintf("it answers %d", a.Status)
}
