package account

import (
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/reach"
)

// Connection is an open TCP connection or UDP flow; see [reach.Connection].
type Connection struct {
	account *Account
	open    *reach.Connection
}

// Connect opens a connection with its first packet; nil if that does not get through.
func (a *Account) Connect(p Packet) (c *Connection, path Path) {
	a.Read(func(d ec2.Description) {
		var open *reach.Connection
		if open, path = reach.Open(d, p, a.endpoint.Now()); open != nil {
			c = &Connection{account: a, open: open}
		}
	})
	return c, path
}

// Send sends one more packet of the connection, and reports whether it and its answer get through.
func (c *Connection) Send() (path Path) {
	c.account.Read(func(d ec2.Description) { path = c.open.Send(d, c.account.endpoint.Now()) })
	return path
}

// Keep has the connection's hosts send without a pause; see [reach.Connection.Keep].
func (c *Connection) Keep() { c.open.Keep() }

// Tracked reports which interfaces on its way track it; see [reach.Connection.Tracked].
func (c *Connection) Tracked() map[string]bool { return c.open.Tracked() }
