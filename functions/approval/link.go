package approval

import (
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

// decisionSet is what a link lets its holder decide.
const decisionSet = "approve-deny"

// errBadLink is all that is said of a link that is not one of ours.
var errBadLink = errors.New("the link is not one that was sent out")

// Link is what a link says: which request it is for, and until when it works.
// It is used up by the decision, which the ledger knows and the link does not.
type Link struct {
	Request string
	Expires time.Time
}

// Signer makes links and checks them. It is safe for use by several goroutines.
type Signer struct {
	// sign holds the key where printing a Signer does not show it.
	sign func(Link) []byte
	base string
}

// NewSigner makes a Signer with a key of at least 32 bytes, for pages below an
// https address, or an http address of this machine itself.
//
// Errors: BadRequest; the text does not show the key.
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

func secure(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}

// signed is what the signature covers. No part can hold a newline.
func (l Link) signed() string {
	return strings.Join([]string{"quarantine approval link, version 1", l.Request, decisionSet, l.expiry()}, "\n")
}

func (l Link) expiry() string { return strconv.FormatInt(l.Expires.Unix(), 10) }

// URL is the link to a request's page. It works until the time, in whole
// seconds, or until somebody has decided. It is a secret of those who are asked.
func (s *Signer) URL(request string, expires time.Time) string {
	l := Link{Request: request, Expires: expires}
	return s.base + "/r/" + url.PathEscape(request) + "?d=" + decisionSet + "&e=" + l.expiry() + "&s=" + s.mark(l)
}

// mark is the signature as it stands in the link. Marks are compared as they are
// written, since base64 has several spellings of the same bytes.
func (s *Signer) mark(l Link) string { return base64.RawURLEncoding.EncodeToString(s.sign(l)) }

// requestForm is what the state machine makes.
var requestForm = regexp.MustCompile(`^req-[0-9a-f]{20}$`)

// Verify reads a link from its path's last part and its query. It does not ask
// whether the link has expired. Other parameters are passed over: mail gateways
// add theirs.
func (s *Signer) Verify(request, rawQuery string) (Link, error) {
	q, err := url.ParseQuery(rawQuery)
	if err != nil || !requestForm.MatchString(request) || one(q, "d") != decisionSet {
		return Link{}, errBadLink
	}
	expires, err := strconv.ParseInt(one(q, "e"), 10, 64)
	if err != nil {
		return Link{}, errBadLink
	}
	l := Link{Request: request, Expires: time.Unix(expires, 0).UTC()}
	if l.expiry() != one(q, "e") || !hmac.Equal([]byte(s.mark(l)), []byte(one(q, "s"))) {
		return Link{}, errBadLink
	}
	return l, nil
}

// one is a parameter that is given once, or "".
func one(q url.Values, name string) string {
	if len(q[name]) != 1 {
		return ""
	}
	return q[name][0]
}
