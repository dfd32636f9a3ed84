package main

import (
	"strings"
	"testing"
)

func TestRolesAreReadByTheNamesOfFunctions(t *testing.T) {
	t.Parallel()
	got, err := rolesOf("isolate=arn:aws:iam::111122223333:role/i,measures-identity=arn:aws:iam::111122223333:role/a=b")
	if err != nil || len(got) != 2 || got["isolate"] != "arn:aws:iam::111122223333:role/i" || got["measures-identity"] != "arn:aws:iam::111122223333:role/a=b" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, list := range []string{"", "isolate", "=arn:aws:iam::1:role/i", "isolate=role/i", "isolate=arn:aws:iam::1:role/i,"} {
		if got, err := rolesOf(list); err == nil || !strings.Contains(err.Error(), "FUNCTION_ROLES") {
			t.Errorf("%q: %q, %v", list, got, err)
		}
	}
}

func FuzzRoles(f *testing.F) {
	f.Add("isolate=arn:aws:iam::111122223333:role/i,notify=arn:aws:iam::111122223333:role/n")
	f.Add(",=")
	f.Fuzz(func(t *testing.T, list string) {
		got, err := rolesOf(list)
		for function, role := range got {
			if function == "" || !strings.Contains(list, function+"="+role) {
				t.Errorf("%q has %q=%q", list, function, role)
			}
		}
		if err == nil && len(got) == 0 {
			t.Errorf("%q names nobody, and is taken", list)
		}
	})
}
