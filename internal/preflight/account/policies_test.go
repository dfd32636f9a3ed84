package account

import (
	"encoding/json"
	"strings"
	"testing"
)

const replace = "ec2:ReplaceNetworkAclAssociation"

func TestAPolicyMayAllowWhatAStatementAllows(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"Statement":{"Effect":"Allow","Action":"ec2:ReplaceNetworkAclAssociation","Resource":"*"}}`:                                                     true,
		`{"Statement":[{"Effect":"Allow","Action":["s3:*","EC2:replace*"],"Resource":"arn:aws:ec2:*:*:network-acl/acl-1"}]}`:                              true,
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`:                       true,
		`{"Statement":[{"Effect":"Allow","Action":"ec2:?eplaceNetworkAcl*","Resource":"*"}]}`:                                                             true,
		`{"Statement":[{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}]}`:                                                                         true,
		`{"Statement":[{"Effect":"Allow","NotAction":"ec2:*","Resource":"*"}]}`:                                                                           false,
		`{"Statement":[{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}]}`:                                                                      false,
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}`:                                false,
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ec2:*","Resource":"arn:aws:ec2:*:*:network-acl/x"}]}`:    true,
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ec2:*","Resource":"*","Condition":{"Bool":{"a":"b"}}}]}`: true,
		`{"Statement":"x"}`: false,
		`no policy`:         false,
		``:                  false,
	} {
		if got := allows([]string{text}, replace); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
	if allows([]string{`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`}, replace) {
		t.Error("another policy denies it")
	}
}

func TestATrustPolicyNamesServices(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`:                            true,
		`{"Statement":[{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}]}`: true,
		`{"Statement":[{"Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"}}]}`:                                                     false,
		`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"}}]}`:                                                                        false,
		`{"Statement":[{"Effect":"Allow","Principal":"*"}]}`:                                                                                false,
		`{`: false,
	} {
		if got := trusts(text, "ec2.amazonaws.com"); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

func FuzzAllows(f *testing.F) {
	for _, text := range []string{`{"Statement":{"Effect":"Allow","Action":"*"}}`, `{"Statement":[{"Effect":"Deny","NotAction":["a?b*"]}]}`, `{"Statement":[{}]}`, `[]`} {
		f.Add(text, "ec2:*")
	}
	f.Fuzz(func(t *testing.T, text, pattern string) {
		_ = trusts(text, replace)
		if allows([]string{text}, replace) && !strings.Contains(text, "ction") {
			t.Errorf("%q allows without an action", text)
		}
		one, err := json.Marshal(map[string]any{"Statement": map[string]any{"Effect": "Allow", "Action": pattern + "*", "Resource": "*"}})
		if err != nil {
			t.Fatal(err)
		}
		if plain := strings.ToValidUTF8(pattern, ""); plain == pattern && !strings.ContainsAny(pattern, "*?") {
			if got, want := allows([]string{string(one)}, replace), strings.HasPrefix(strings.ToLower(replace), strings.ToLower(pattern)); got != want {
				t.Errorf("%q: %t", pattern, got)
			}
		}
	})
}
