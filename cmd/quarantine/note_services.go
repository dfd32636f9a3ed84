package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// noteServices says which neighbours an account file does not know. Instances are counted all
// the same.
func noteServices(w io.Writer, account []byte) {
	var has struct{ NetworkInterfaces *json.RawMessage }
	if json.Unmarshal(account, &has) == nil && has.NetworkInterfaces == nil {
		fmt.Fprintln(w, terminal.Wrap("The account file lacks what \"aws ec2 describe-network-interfaces\" prints: NAT gateways, load balancers, "+
			"endpoints, databases and other services in the subnets are not known, and a cut counts and names instances alone.", 0))
	}
}
