package guardduty

import (
	"net/netip"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Descriptions of expected values, for errors.
const (
	wantAccount  = "an account id of 12 digits"
	wantRegion   = "a Region such as us-east-1"
	wantInstance = "an instance id: i- and 8 or 17 hexadecimal digits"
)

// isAccount checks for an account ID: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
func isAccount(s string) bool { return len(s) == 12 && all(s, isDigit) }

// isRegion checks the form of a Region's name (letters and a number, separated by
// hyphens), not a list of names, because AWS adds Regions.
func isRegion(s string) bool {
	parts := strings.Split(s, "-")
	last := len(parts) - 1
	if last < 2 || len(s) > 40 || !all(parts[last], isDigit) {
		return false
	}
	for _, p := range parts[:last] {
		if !all(p, isLower) {
			return false
		}
	}
	return true
}

// isID checks the form of EC2's resource IDs, in the old and the long format:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
func isID(s, prefix string) bool {
	hex, ok := strings.CutPrefix(s, prefix)
	return ok && (len(hex) == 8 || len(hex) == 17) && all(hex, isHex)
}

func isInstance(s string) bool  { return isID(s, "i-") }
func isKind(s string) bool      { return s == string(quarantine.KindInstance) }
func isVPC(s string) bool       { return isID(s, "vpc-") }
func isSubnet(s string) bool    { return isID(s, "subnet-") }
func isInterface(s string) bool { return isID(s, "eni-") }
func isGroup(s string) bool     { return isID(s, "sg-") }

func isARN(s string) bool {
	_, ok := arn.Parse(s)
	return ok
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

// isToken checks for one printable word. GuardDuty's own IDs are 32 hexadecimal
// digits, but its API allows up to 300 characters.
func isToken(s string) bool { return len(s) <= 300 && all(s, isGraphic) }

// isType checks for the form ThreatPurpose:ResourceTypeAffected/Name:
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html
func isType(s string) bool {
	purpose, rest, colon := strings.Cut(s, ":")
	resource, name, slash := strings.Cut(rest, "/")
	return colon && slash && len(s) <= 256 && all(purpose, isAlnum) && all(resource, isAlnum) && all(name, isGraphic)
}

// instanceRef reads a reference to an instance: an ID, or an ARN, which also gives
// the account and Region (arn:aws:ec2:us-east-1:111122223333:instance/i-...).
func instanceRef(s string) (quarantine.Resource, bool) {
	if isInstance(s) {
		return quarantine.Resource{Kind: quarantine.KindInstance, ID: s}, true
	}
	ref, ok := arn.Parse(s)
	id, isRef := strings.CutPrefix(ref.Resource, "instance/")
	if !ok || ref.Service != "ec2" || !isRef {
		return quarantine.Resource{}, false
	}
	t := quarantine.Resource{AccountID: ref.Account, Region: ref.Region, Kind: quarantine.KindInstance, ID: id}
	return t, isRegion(t.Region) && isAccount(t.AccountID) && isInstance(id)
}

// all reports whether s is not empty and class holds for each of its bytes.
func all(s string, class func(byte) bool) bool {
	for i := range len(s) {
		if !class(s[i]) {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool   { return '0' <= c && c <= '9' }
func isLower(c byte) bool   { return 'a' <= c && c <= 'z' }
func isHex(c byte) bool     { return isDigit(c) || 'a' <= c && c <= 'f' }
func isAlnum(c byte) bool   { return isDigit(c) || isLower(c|0x20) }
func isGraphic(c byte) bool { return '!' <= c && c <= '~' }
