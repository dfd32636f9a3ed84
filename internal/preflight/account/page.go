package account

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

const idPage = "page.answers"

// page gets the page as anybody can: without a signature it refuses, and that is an answer.
func (n *reading) page(ctx context.Context) []preflight.Check {
	url := n.Stack.Page
	if url == "" {
		return nil // the stack was deployed without one
	}
	status, own, err := n.Pages.Get(ctx, url)
	one := func(state preflight.State, found, remedy string) []preflight.Check {
		return []preflight.Check{check(preflight.Approval, idPage, url, state, found, remedy)}
	}
	const logs = "See the logs of the function ApprovalPageFunction."
	switch {
	case err != nil:
		return one(preflight.Red, "The page where questions are decided does not answer: "+err.Error(), "Open it in a browser. If it answers there, the preflight's network keeps it out; else "+logs)
	case status == http.StatusForbidden && !own:
		// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
		return one(preflight.Red, "Lambda refuses whoever opens the page where questions are decided (403).",
			"The function's policy has to let everybody call its URL: the page asks for a signed link itself. Put ApprovalPageUrlPermission and ApprovalPageInvokePermission back; a policy of the organization can keep public URLs out.")
	case status == http.StatusTooManyRequests && !own:
		return one(preflight.Yellow, "The page where questions are decided is throttled (429).", "Try again; if it stays so, raise PageConcurrency.")
	case status >= http.StatusInternalServerError:
		return one(preflight.Red, fmt.Sprintf("The page where questions are decided fails (%d).", status), logs)
	case !own:
		return one(preflight.Red, fmt.Sprintf("Something else answers in the place of the page where questions are decided (%d).", status),
			"Open it in a browser. The function's URL may be gone, or something on the way may answer for it: then deploy the stack again.")
	}
	return one(preflight.Green, "The page where questions are decided answers.", "")
}

// Web gets pages over HTTP.
type Web struct {
	Client *http.Client // nil is one that follows no redirect
}

// pageTime is how long a page may take.
const pageTime = 10 * time.Second

// ownMark is what every answer of the page has in the header X-Robots-Tag, and nobody's who answers that
// there is no such address.
const ownMark = "noindex, nofollow"

// Get is the status of the page's answer, and whether the page made it.
func (w Web) Get(ctx context.Context, url string) (status int, own bool, err error) {
	client := w.Client
	if client == nil {
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	in, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, false, err
	}
	out, err := client.Do(in)
	if err != nil {
		return 0, false, err
	}
	return out.StatusCode, out.Header.Get("X-Robots-Tag") == ownMark, out.Body.Close()
}
