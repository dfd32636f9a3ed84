// Package places keeps an SDK's clients by the account and Region that they call.
package places

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Accounts gives the configuration for a resource's account and Region.
type Accounts interface {
	Config(r quarantine.Resource) (aws.Config, error)
}

// Of gives the client for a resource's account and Region, made once for each. It is safe for
// concurrent use. Errors: those of the accounts.
func Of[API any](accounts Accounts, made func(aws.Config) API) func(quarantine.Resource) (API, error) {
	var mu sync.Mutex // guards clients
	clients := map[[2]string]API{}
	return func(r quarantine.Resource) (client API, err error) {
		config, err := accounts.Config(r)
		if err != nil {
			return client, err
		}
		mu.Lock()
		defer mu.Unlock()
		place := [2]string{r.AccountID, r.Region}
		client, known := clients[place]
		if !known {
			client = made(config)
			clients[place] = client
		}
		return client, nil
	}
}
