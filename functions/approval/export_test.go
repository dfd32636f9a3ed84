package approval

import "time"

// WithoutNarrow is a link as versions before sent it.
func (s *Signer) WithoutNarrow(request string, expires time.Time) string {
	return s.url(Link{Request: request, Expires: expires})
}

// ErrNewerLink is Verify's error for a link of a newer release.
var ErrNewerLink = errNewerLink
