package simaws

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// newID invents an id in AWS's long form: the prefix and 17 hexadecimal
// digits. An account that goes through the same changes gives the same ids.
func (a *Account) newID(prefix string) string {
	return prefix + "-0" + a.digest(prefix)[:16]
}

// newUUID invents an id in the form of SNS's message ids.
func (a *Account) newUUID(of string) string {
	d := a.digest(of)
	return fmt.Sprintf("%s-%s-%s-%s-%s", d[:8], d[8:12], d[12:16], d[16:20], d[20:32])
}

func (a *Account) digest(of string) string {
	a.ids++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%s/%d", a.opts.AccountID, a.opts.Region, of, a.ids))
	return hex.EncodeToString(sum[:])
}
