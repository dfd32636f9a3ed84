package quarantine_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAnACLQuarantinesIfItIsOursAndLetsNothingPass(t *testing.T) {
	t.Parallel()
	productTags := map[string]string{quarantine.TagProduct: quarantine.Product, "team": "web"}
	for name, c := range map[string]struct {
		acl                        quarantine.NetworkACL
		madeByProduct, quarantines bool
	}{
		"as we made it":              {quarantine.NetworkACL{Tags: productTags}, true, true},
		"somebody lets something in": {quarantine.NetworkACL{Tags: productTags, Allows: 1}, true, false},
		"denies all, but not ours":   {quarantine.NetworkACL{}, false, false},
		"another product's":          {quarantine.NetworkACL{Tags: map[string]string{quarantine.TagProduct: "another"}}, false, false},
		"the VPC's own, open":        {quarantine.NetworkACL{Default: true, Allows: 2}, false, false},
		"tagged with other words":    {quarantine.NetworkACL{Tags: map[string]string{"team": quarantine.Product}}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.acl.MadeByProduct(); got != c.madeByProduct {
				t.Errorf("ours: %v, want %v", got, c.madeByProduct)
			}
			if got := c.acl.Quarantines(); got != c.quarantines {
				t.Errorf("quarantines: %v, want %v", got, c.quarantines)
			}
		})
	}
}
