package approval

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// page is a page that shows an outcome. To a visitor who cannot decide it shows
// nothing about the resource, the finding or the people.
type page struct {
	code        int
	Title, Text string
	// Came is what has become of a decision, on a page that says that one is made.
	Came *came
	// Again is the recorded decision that the page offers to deliver again, or "".
	Again string
}

// A changed link and an invented one get the same page.
var (
	pageUnknown = page{code: http.StatusNotFound, Title: "This link does not work",
		Text: "It is incomplete, was changed, or never was one. Open it from the message that it came in, or decide on the command line."}
	pageNewer = page{code: http.StatusNotFound, Title: "This link is of a newer release",
		Text: "This page cannot read it, as the system was put back to an older release since. Nothing was decided. Open the link of the next reminder, or decide on the command line."}
	pageExpired = page{code: http.StatusGone, Title: "This question has expired",
		Text: "Nobody can decide it any more. The message that told people about its end says what came of it."}
	pageTooMany = page{code: http.StatusTooManyRequests, Title: "Too many requests",
		Text: "Wait a minute, and open the link again."}
	pageForeign = page{code: http.StatusForbidden, Title: "Decide on the page itself",
		Text: "This did not come from the page, so nothing was decided. Open the link again, and use the buttons there."}
	pageBadForm = page{code: http.StatusBadRequest, Title: "The form could not be read",
		Text: "Nothing was decided. Open the link again, and use the buttons there."}
	pageBadType = page{code: http.StatusUnsupportedMediaType, Title: pageBadForm.Title, Text: pageBadForm.Text}

	pageTooLarge = page{code: http.StatusRequestEntityTooLarge, Title: "That is too much text",
		Text: fmt.Sprintf("Nothing was decided. Open the link again, and give a reason of at most %d characters.", maxReason)}
	pageUnavailable = page{code: http.StatusServiceUnavailable, Title: "That did not work",
		Text: "What you did could not be carried out, or not be confirmed. Open the link again to see how things stand, or use the command line."}
)

// notNarrowed says why the subnets are not given back. The question is as it was.
func notNarrowed(err error) page {
	return page{code: http.StatusConflict, Title: "Not narrowed",
		Text: fmt.Sprintf("Nothing was decided and nothing was changed: %s. The question stays open. Open its link again to decide.", strings.TrimSuffix(err.Error(), "."))}
}

// used says nothing of who or what it is about: the link decides no more, and may be anywhere.
func used(code int, r quarantine.ApprovalRequest, c came) page {
	return page{code: code, Title: "This question has been answered", Came: &c,
		Text: fmt.Sprintf("It was %s. A question is decided once, and the link is used up.", decided(r))}
}

func taskGone(r quarantine.ApprovalRequest) page {
	return page{code: http.StatusConflict, Title: "Nothing waits for this decision any more",
		Text: fmt.Sprintf("It is on record that the request was %s, but the execution that asked does not wait for it: "+
			"it has been given this answer before, or has gone on without it, or has ended. Look at the execution.", decided(r))}
}

// unfinished is the page for a decision that the state machine has not received.
func unfinished(code int, r quarantine.ApprovalRequest) page {
	return page{code: code, Title: "The decision is on record, but not handed over", Again: word(*r.Decision),
		Text: fmt.Sprintf("The request was %s. The state machine could not be told yet. Handing it over again changes nothing in the decision.", decided(r))}
}

// decided is for example "denied on 4 March 2026, 12:00 UTC".
func decided(r quarantine.ApprovalRequest) string {
	return string(r.Status) + " on " + moment(r.Decision.At)
}

// Values of the form's buttons.
const (
	wordApprove = "approve"
	wordNarrow  = "narrow"
	wordDeny    = "deny"
)

func word(d quarantine.Decision) string {
	switch {
	case d.Approve:
		return wordApprove
	case d.Narrow:
		return wordNarrow
	}
	return wordDeny
}

func say(w http.ResponseWriter, p page) {
	if p.code == http.StatusTooManyRequests || p.code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "60")
	}
	render(w, p.code, "said.html", p)
}
