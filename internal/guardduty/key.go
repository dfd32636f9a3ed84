package guardduty

import "github.com/ec2-quarantine/quarantine/internal/quarantine"

// key reads resource.accessKeyDetails, where the finding is about a key and not about an
// instance whose credentials were used:
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_AccessKeyDetails.html
//
// A text that is not in AWS's form, as in sample findings, is dropped.
func key(resource object) *quarantine.AccusedKey {
	d := resource.decoration().child("accessKeyDetails")
	k := quarantine.AccusedKey{
		ID:          d.hint("accessKeyId", isKey),
		User:        d.hint("userName", isName),
		UserType:    d.hint("userType", isToken),
		PrincipalID: d.hint("principalId", isToken),
	}
	if k == (quarantine.AccusedKey{}) {
		return nil
	}
	return &k
}

// isKey and isName check for the forms that IAM's API documents:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
func isKey(s string) bool  { return len(s) >= 16 && len(s) <= 128 && all(s, isUpper) }
func isName(s string) bool { return len(s) <= 128 && all(s, isNamed) }

func isUpper(c byte) bool { return isDigit(c) || 'A' <= c && c <= 'Z' }

func isNamed(c byte) bool {
	switch c {
	case '_', '+', '=', ',', '.', '@', '-':
		return true
	}
	return isAlnum(c)
}
