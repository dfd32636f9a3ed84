package approval_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const requestID = "req-0123456789abcdef0123"

// parts are the parts of a link's URL that the server reads.
func parts(t *testing.T, link string) (request, query string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path[strings.LastIndex(u.Path, "/")+1:], u.RawQuery
}

func TestALinkNamesRequestDecisionSetAndExpiry(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "https://approve.example/below/")
	link := s.URL(requestID, noon)
	if want := "https://approve.example/below/r/" + requestID + "?d=approve-narrow-deny&e=1772625600&v=1&s="; !strings.HasPrefix(link, want) {
		t.Fatalf("%s does not begin with %s", link, want)
	}
	request, query := parts(t, link)
	got, err := s.Verify(request, query+"&utm_source=mail")
	if err != nil || got != (approval.Link{Request: requestID, Expires: noon, Narrow: true, Version: quarantine.LinkVersion}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnyChangedLetterBreaksALink(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "https://approve.example")
	request, query := parts(t, s.URL(requestID, noon))
	whole := request + "?" + strings.Replace(query, "&v=1", "", 1) // the version's own letters are below
	for i := range whole {
		for _, letter := range "0a-A_=&" {
			changed := whole[:i] + string(letter) + whole[i+1:]
			r, q, _ := strings.Cut(changed, "?")
			if changed == whole {
				continue
			}
			if got, err := s.Verify(r, q); err == nil {
				t.Errorf("%s is taken for %+v", changed, got)
			}
		}
	}
}

func TestInvalidLinksAreRefused(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "https://approve.example")
	request, query := parts(t, s.URL(requestID, noon))
	other, err := approval.NewSigner([]byte(strings.Repeat("k", 32)), "https://approve.example")
	if err != nil {
		t.Fatal(err)
	}
	_, theirs := parts(t, other.URL(requestID, noon))
	_, later := parts(t, s.URL(requestID, noon.Add(time.Hour)))
	for name, c := range map[string][2]string{
		"another key's":        {request, theirs},
		"another request's":    {"req-ffffffffffffffffffff", query},
		"a later one's expiry": {request, strings.Replace(query, "e=1772625600", "e=1772629200", 1)},
		"a later one's mark":   {request, strings.Replace(later, "e=1772629200", "e=1772625600", 1)},
		"twice the expiry":     {request, query + "&e=1772625600"},
		"a spelt-out expiry":   {request, strings.Replace(query, "e=", "e=%2B", 1)},
		"padded":               {request, query + "%3D"},
		"with a line's end":    {request, query + "%0A"},
		"without decisions":    {request, strings.Replace(query, "d=approve-narrow-deny", "", 1)},
		"without anything":     {"", ""},
		"broken":               {request, query + "&%zz"},
	} {
		if got, err := s.Verify(c[0], c[1]); err == nil {
			t.Errorf("%s: taken for %+v", name, got)
		}
	}
}

func TestALinkOfBeforeVersionsWereSaidOpensAndOneOfANewerReleaseSaysWhyItDoesNot(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "https://approve.example")
	request, query := parts(t, s.URL(requestID, noon))
	before := strings.Replace(query, fmt.Sprintf("&v=%d", quarantine.LinkVersion), "", 1)
	if before == query {
		t.Fatalf("%s does not say its version", query)
	}
	if got, err := s.Verify(request, before); err != nil || !got.Narrow || got.Version != 0 {
		t.Errorf("a link without a version: %+v, %v", got, err)
	}
	if _, err := s.Verify(request, before+fmt.Sprintf("&v=%d", quarantine.LinkVersion+1)); !errors.Is(err, approval.ErrNewerLink) {
		t.Errorf("a newer link: %v", err)
	}
	for _, other := range []string{"&v=", "&v=0", "&v=-1", "&v=%2B1", "&v=01", "&v=1&v=1", "&v=99999", "&v=x"} {
		if got, err := s.Verify(request, before+other); err == nil || errors.Is(err, approval.ErrNewerLink) {
			t.Errorf("%s: %+v, %v", other, got, err)
		}
	}
}

func TestAShortKeyOrAnInsecureURLIsRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 32)
	for _, c := range []struct{ key, base string }{
		{"planted-too-short", "https://approve.example"}, {long[1:], "https://approve.example"},
		{long, ""}, {long, "approve.example"}, {long, "http://approve.example"}, {long, "https://a.example?x=1"},
		{long, "https://user:planted@a.example"}, {long, "ftp://a.example"},
	} {
		s, err := approval.NewSigner([]byte(c.key), c.base)
		if !quarantine.Is(err, quarantine.BadRequest) || s != nil || strings.Contains(err.Error(), "planted-too-short") {
			t.Errorf("%q below %q: got %v", c.key, c.base, err)
		}
	}
	for _, base := range []string{"https://a.example", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"} {
		if _, err := approval.NewSigner([]byte(long), base); err != nil {
			t.Errorf("%s: %v", base, err)
		}
	}
}

func TestASignerDoesNotShowItsKey(t *testing.T) {
	t.Parallel()
	s := newSigner(t, "https://approve.example")
	for _, format := range []string{"%v", "%+v", "%#v"} {
		if text := fmt.Sprintf(format, s) + fmt.Sprintf(format, *s); strings.Contains(text, plantedKey) {
			t.Errorf("%s shows the key: %s", format, text)
		}
	}
}

func FuzzVerify(f *testing.F) {
	s, err := approval.NewSigner([]byte(plantedKey), "https://approve.example")
	if err != nil {
		f.Fatal(err)
	}
	u, err := url.Parse(s.URL(requestID, noon))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(requestID, u.RawQuery)
	f.Add(requestID, u.RawQuery+"&x=%zz")
	f.Add(requestID, "d=approve-deny&e=-1&s=AAAA")
	f.Add("req-", ";;&&==")
	f.Fuzz(func(t *testing.T, request, query string) {
		l, err := s.Verify(request, query)
		if err != nil {
			return
		}
		// The fuzzer cannot forge a signature: a link that is accepted is the one that was signed.
		if l.Request != requestID || !l.Expires.Equal(noon) {
			t.Errorf("%q %q is taken for %+v", request, query, l)
		}
	})
}
