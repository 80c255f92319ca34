#!/usr/bin/python3
"""A BMC (IPMI 2.0 over LAN) in front of one QEMU machine.

Answers chassis power status|on|off|cycle|reset|diag|soft, chassis bootdev and sol activate as a real BMC does: power on starts
QEMU, off ends it, diag is QMP's inject-nmi, and the serial console goes over the LAN while somebody has it. A machine that ended
is off. Who may sign in is read anew for each session, so that a password can be changed. Says on stdout what it did, one JSON
line each. Needs Debian's python3-pyghmi; bmc.sh starts it.
"""
import argparse
import json
import signal
import socket
import struct
import subprocess
import sys
import time

import pyghmi.ipmi.bmc as bmc
import pyghmi.ipmi.private.session as ipmi

# Completion codes of IPMI 2.0, table 5-2.
NOT_IN_THIS_STATE = 0xD5
UNSPECIFIED = 0xFF
# Of deactivate payload: table 24-3.
NOT_ACTIVE = 0x80
# The payload type of serial over LAN, and how many bytes go into a packet.
SOL, SOL_BYTES = 1, 200
# How long the serial console may wait for the next look, and its reader's acknowledgement for the next try, in seconds.
CONSOLE_TURN, SOL_RETRY, SOL_TRIES = 0.02, 0.5, 10


def say(action, **more):
    print(json.dumps({'time': round(time.time(), 3), 'action': action, **more}), flush=True)


class Users(dict):
    """Names and passwords; the one password there is lies in a file."""

    def __init__(self, user, file):
        super().__init__({user: None})
        self.file = file

    def __getitem__(self, user):
        super().__getitem__(user)
        with open(self.file, encoding='utf-8') as text:
            return text.read().strip()

    def get(self, user, default=None):
        return self[user] if user in self else default


class QemuBmc(bmc.Bmc):
    def __init__(self, args):
        super().__init__(Users(args.user, args.password), port=args.port, address=args.address)
        self.args = args
        # The library wakes itself by a packet to this; it supposes 127.0.0.1, and would else wait for somebody else's packet.
        ipmi.myself = args.address
        self.qemu, self.console, self.bootdevice = None, None, 'default'

    def qmp(self, command):
        """One command to QEMU; true when it took it."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(5)
            link.connect(self.args.qmp)
            stream = link.makefile('rw')
            json.loads(stream.readline())
            for execute in ('qmp_capabilities', command):
                stream.write(json.dumps({'execute': execute}) + '\n')
                stream.flush()
                answer = {}
                # What happens in the machine meanwhile is told in between.
                while not answer.keys() & {'return', 'error'}:
                    answer = json.loads(stream.readline())
        say(command, answer=answer)
        return 'return' in answer

    def is_active(self):
        return self.qemu is not None and self.qemu.poll() is None

    def get_power_state(self):
        return 'on' if self.is_active() else 'off'

    def power_on(self):
        if not self.is_active():
            self.qemu = subprocess.Popen(self.args.machine, stdin=subprocess.DEVNULL)
            say('power_on', pid=self.qemu.pid)

    def power_off(self):
        if self.is_active():
            self.qemu.kill()
            self.qemu.wait()
        say('power_off')

    def power_cycle(self):
        if not self.is_active():
            return NOT_IN_THIS_STATE
        self.power_off()
        self.power_on()

    def when_on(self, command):
        if not self.is_active():
            return NOT_IN_THIS_STATE
        return 0 if self.qmp(command) else UNSPECIFIED

    def power_reset(self):
        return self.when_on('system_reset')

    def power_shutdown(self):
        return self.when_on('system_powerdown')

    def pulse_diag(self):
        if self.args.no_nmi:
            say('inject-nmi refused')
            raise NotImplementedError
        return self.when_on('inject-nmi')

    def get_boot_device(self):
        return self.bootdevice

    def set_boot_device(self, bootdevice):
        self.bootdevice = bootdevice
        say('set_boot_device', device=bootdevice)

    def activate_payload(self, request, session):
        # Whoever had it may be gone without a word; a BMC would find out after a while.
        self.leave_console()
        self.console = SerialOverLan(session, self.args.serial)
        size, no_vlan = [0xFF, 0], [0xFF, 0xFF]
        session.send_ipmi_response(data=[0, 0, 0, 0, *size, *size, *struct.pack('<H', self.port), *no_vlan])
        say('sol activate')

    def deactivate_payload(self, request, session):
        session.send_ipmi_response(code=0 if self.console else NOT_ACTIVE)
        self.leave_console()
        say('sol deactivate')

    def leave_console(self):
        if self.console:
            self.console.close()
        self.console = None

    def serve(self):
        while True:
            ipmi.Session.wait_for_rsp(CONSOLE_TURN if self.console else 1)
            if self.console and not self.console.turn():
                self.leave_console()
                say('sol lost')


class SerialOverLan:
    """The serial console for who activated it (IPMI 2.0, chapter 15): one packet under way, sent again until it is acknowledged.

    The machine may go off and on again meanwhile.
    """

    def __init__(self, session, path):
        self.session, self.path, self.serial = session, path, None
        self.sequence, self.under_way, self.sent, self.tries = 0, None, 0, 0
        session.sol_handler = self.got

    def got(self, payload):
        """A packet with what somebody typed, or that acknowledges ours, or both."""
        sequence, acknowledged, typed = payload[0] & 0xF, payload[1] & 0xF, bytes(payload[4:])
        if acknowledged == self.sequence:
            self.under_way = None
        if sequence:
            self.send(bytes([0, sequence, len(typed), 0]))
            if self.serial is not None:
                self.serial.sendall(typed)

    def send(self, payload):
        self.session.send_payload(bytearray(payload), payload_type=SOL, retry=False)

    def turn(self):
        """Passes on what the machine wrote; false when nobody takes it any more."""
        if self.under_way is None:
            text = self.read()
            if text:
                self.sequence = self.sequence % 15 + 1
                self.under_way, self.tries, self.sent = bytes([self.sequence, 0, 0, 0]) + text, 0, 0
        if self.under_way is not None and time.monotonic() - self.sent > SOL_RETRY:
            self.sent, self.tries = time.monotonic(), self.tries + 1
            self.send(self.under_way)
        return self.tries <= SOL_TRIES

    def read(self):
        try:
            if self.serial is None:
                link = socket.socket(socket.AF_UNIX)
                link.connect(self.path)
                link.setblocking(False)
                self.serial = link
            text = self.serial.recv(SOL_BYTES)
        except BlockingIOError:
            return b''
        except OSError:
            text = b''
        if not text:
            self.close()
        return text

    def close(self):
        # QEMU talks to one at a time.
        if self.serial is not None:
            self.serial.close()
        self.serial = None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--address', required=True)
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--user', required=True)
    parser.add_argument('--password', required=True, help='the file that holds it')
    parser.add_argument('--qmp', required=True, help='where QEMU puts its QMP socket')
    parser.add_argument('--serial', required=True, help='where QEMU puts the socket of its serial console')
    parser.add_argument('--on', action='store_true', help='power on at once')
    parser.add_argument('--no-nmi', action='store_true', help='refuse chassis power diag, as some BMCs do')
    parser.add_argument('machine', nargs='+', help='the command that is the machine')
    served = QemuBmc(parser.parse_args())
    # So that the machine is ended below.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if served.args.on:
        served.power_on()
    try:
        say('listening', address=served.args.address, port=served.args.port)
        served.serve()
    finally:
        served.power_off()


if __name__ == '__main__':
    main()
