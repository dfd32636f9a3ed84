package approval

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// minKey is the length in bytes of SHA-256's output, below which RFC 2104
// advises against a key: https://www.rfc-editor.org/rfc/rfc2104#section-3
const minKey = sha256.Size

// The decisions that a link permits, as it names them. Links of versions before have the
// second, and are still in people's mail after an update. The third is the link that whoever
// decided follows what becomes of it by.
const (
	allDecisions  = "approve-narrow-deny"
	withoutNarrow = "approve-deny"
	noDecision    = "none"
)

// errBadLink is the only error for an invalid link: it gives no details.
var errBadLink = errors.New("the link is not one that was sent out")

// errNewerLink is the error for a link that says of itself that a newer release made it. Whether that
// is so cannot be known: this one does not know what the signature covers.
var errNewerLink = errors.New("the link is of a newer release")

// Link is the content of a link: the request, when the link expires, and which decisions it
// permits. Whether the request is decided, which ends the link's use, is only in the ledger.
type Link struct {
	Request string
	Expires time.Time
	// Narrow permits giving back the subnets alone, beside approving and denying.
	Narrow bool
	// Follow permits reading what becomes of the decision, and no decision.
	Follow bool
	// Version is that of the release that made the link; 0 of one from before links said it.
	Version int
}

// Signer makes and verifies links. It is safe for concurrent use.
type Signer struct {
	// sign is a closure over the key, so that printing a Signer does not show it.
	sign func(Link) []byte
	base string
}

// NewSigner makes a Signer with a key of at least 32 bytes, for pages below an
// https URL, or an http URL of a loopback address.
//
// Errors: BadRequest; the error text does not contain the key.
func NewSigner(key []byte, baseURL string) (*Signer, error) {
	if len(key) < minKey {
		return nil, quarantine.Failf(quarantine.BadRequest,
			"the key that signs links has %d bytes, and needs at least %d: make one with \"openssl rand -base64 48\"", len(key), minKey)
	}
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || !secure(u) {
		return nil, quarantine.Failf(quarantine.BadRequest, "%q is not the https address of the approval page", baseURL)
	}
	own := append([]byte(nil), key...)
	return &Signer{base: strings.TrimSuffix(baseURL, "/"), sign: func(l Link) []byte {
		mac := hmac.New(sha256.New, own)
		mac.Write([]byte(l.signed()))
		return mac.Sum(nil)
	}}, nil
}

// Ready gives a signer that is made already, as [Asker] and [Server] want it.
func Ready(s *Signer) func(context.Context) (*Signer, error) {
	return func(context.Context) (*Signer, error) { return s, nil }
}

func secure(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}

// signed is the text that the signature covers. No part can contain a newline. Links that do not say
// their version were signed as of version 1, and so releases from before accept those that do.
func (l Link) signed() string {
	version := strconv.Itoa(max(l.Version, 1))
	return strings.Join([]string{"quarantine approval link, version " + version, l.Request, l.decisions(), l.expiry()}, "\n")
}

func (l Link) decisions() string {
	switch {
	case l.Follow:
		return noDecision
	case l.Narrow:
		return allDecisions
	}
	return withoutNarrow
}

func (l Link) expiry() string { return strconv.FormatInt(l.Expires.Unix(), 10) }

// URL is the link to a request's page. It works until expires, in whole seconds,
// or until the request is decided. Only the people asked may know it.
func (s *Signer) URL(request string, expires time.Time) string {
	return s.url(Link{Request: request, Expires: expires, Narrow: true, Version: quarantine.LinkVersion})
}

func (s *Signer) url(l Link) string { return s.base + "/r/" + url.PathEscape(l.Request) + s.query(l) }

// following is the part of a link that replaces the query of the page it stands on: the page's own
// function does not know its address.
func (s *Signer) following(request string, expires time.Time) string {
	return s.query(Link{Request: request, Expires: expires, Follow: true, Version: quarantine.LinkVersion})
}

func (s *Signer) query(l Link) string {
	q := "?d=" + l.decisions() + "&e=" + l.expiry()
	if l.Version > 0 {
		q += "&v=" + strconv.Itoa(l.Version)
	}
	return q + "&s=" + s.mark(l)
}

// mark is the signature as encoded in the link. Marks are compared in encoded form,
// because base64 has several encodings of the same bytes.
func (s *Signer) mark(l Link) string { return base64.RawURLEncoding.EncodeToString(s.sign(l)) }

// requestForm matches the request ids that the state machine makes.
var requestForm = regexp.MustCompile(`^req-[0-9a-f]{20}$`)

// Verify reads a link from the last part of its path and its query. It does not
// check whether the link has expired. It ignores other parameters, because mail
// gateways add some.
//
// Errors: errNewerLink for one that says of itself that it is of a newer version; errBadLink.
func (s *Signer) Verify(request, rawQuery string) (Link, error) {
	q, err := url.ParseQuery(rawQuery)
	if err != nil || !requestForm.MatchString(request) {
		return Link{}, errBadLink
	}
	l := Link{Request: request, Narrow: one(q, "d") == allDecisions, Follow: one(q, "d") == noDecision}
	if l.Version, err = versionIn(q); err != nil {
		return Link{}, err
	}
	expires, err := strconv.ParseInt(one(q, "e"), 10, 64)
	if err != nil {
		return Link{}, errBadLink
	}
	l.Expires = time.Unix(expires, 0).UTC()
	if l.decisions() != one(q, "d") || l.expiry() != one(q, "e") || !hmac.Equal([]byte(s.mark(l)), []byte(one(q, "s"))) {
		return Link{}, errBadLink
	}
	return l, nil
}

// versionForm matches versions as links have them; there will be no more than that.
var versionForm = regexp.MustCompile(`^[1-9][0-9]{0,3}$`)

// versionIn is the version that a link says, or 0.
func versionIn(q url.Values) (int, error) {
	if !q.Has("v") {
		return 0, nil
	}
	said := one(q, "v")
	if !versionForm.MatchString(said) {
		return 0, errBadLink
	}
	v, err := strconv.Atoi(said)
	if err == nil && v > quarantine.LinkVersion {
		err = errNewerLink
	}
	return v, err
}

// one returns a parameter that is given exactly once, or "".
func one(q url.Values, name string) string {
	if len(q[name]) != 1 {
		return ""
	}
	return q[name][0]
}
