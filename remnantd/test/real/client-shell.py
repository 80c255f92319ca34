# Runs the unmodified `openstack` and `nova` of the machine by the functions their commands call. Their imports take seconds and are
# done once; each command then runs in a process of its own that begins as a copy of this one, so that none sees what another left.
# A line of JSON in is a command, a line out is how it ended.

import json
import os
import sys
import tempfile
import traceback

import novaclient.shell
import novaclient.v2.shell
import openstack
import openstackclient.compute.client
import openstackclient.shell


def run(program, words):
    sys.argv = [program, *words]
    if program == 'openstack':
        return openstackclient.shell.main(words)
    if program == 'nova':
        return novaclient.shell.main(words)
    # A script of the test's own, with the same SDK.
    with open(program) as script:
        exec(compile(script.read(), program, 'exec'), {'__name__': '__main__'})


def end(request, out, err):
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    os.environ.update(request['env'])
    try:
        code = run(request['program'], request['words'])
    except SystemExit as asked:
        code = asked.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


def serve(request):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            end(request, out, err)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        code = os.waitstatus_to_exitcode(status)
        return {'code': code, 'out': out.read().decode(), 'err': err.read().decode()}


for line in sys.stdin:
    print(json.dumps(serve(json.loads(line))), flush=True)
