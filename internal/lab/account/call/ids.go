package call

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// NewID makes an ID in AWS's long form: the prefix and 17 hexadecimal digits. The same changes
// to an account give the same IDs.
func (e *Endpoint) NewID(prefix string) string {
	return prefix + "-0" + e.digest(prefix)[:16]
}

// NewUUID makes an ID in the form of SNS's message IDs.
func (e *Endpoint) NewUUID(of string) string {
	d := e.digest(of)
	return fmt.Sprintf("%s-%s-%s-%s-%s", d[:8], d[8:12], d[12:16], d[16:20], d[20:32])
}

func (e *Endpoint) digest(of string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%s/%d", e.opts.AccountID, e.opts.Region, of, e.nextID()))
	return hex.EncodeToString(sum[:])
}

// idRange are the numbers of IDs above after, up to and including to.
type idRange struct{ after, to int }

// nextID returns the number of the next ID: one that an answer has given out already, if any
// is left.
func (e *Endpoint) nextID() int {
	if e.promised.after < e.promised.to {
		e.promised.after++
		return e.promised.after
	}
	e.ids++
	return e.ids
}
