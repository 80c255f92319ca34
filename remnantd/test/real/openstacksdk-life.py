# The life of a server by the unmodified openstacksdk; what it saw goes out as JSON, by name, for the test to judge.

import json

import openstack

demo = openstack.connect(cloud='demo')
admin = openstack.connect(cloud='admin')
seen = {}

image = demo.image.find_image('plain')
small = demo.compute.find_flavor('small')
medium = demo.compute.find_flavor('medium')
key = demo.compute.create_keypair(name='key1')
seen['private key'] = 'PRIVATE KEY' in (key.private_key or '')
server = demo.compute.create_server(
    name='vm1', image_id=image.id, flavor_id=small.id, networks='none', key_name='key1', metadata={'role': 'web'}
)


def status(wanted):
    return demo.compute.wait_for_server(demo.compute.get_server(server.id), status=wanted, interval=0.2, wait=60).status


def turns(name, wanted, act, *args, **kwargs):
    act(server, *args, **kwargs)
    seen['turns'].append([name, status(wanted)])


seen['turns'] = [['create', status('ACTIVE')]]
c = demo.compute
turns('stop', 'SHUTOFF', c.stop_server)
turns('start', 'ACTIVE', c.start_server)
turns('pause', 'PAUSED', c.pause_server)
turns('unpause', 'ACTIVE', c.unpause_server)
turns('suspend', 'SUSPENDED', c.suspend_server)
turns('resume', 'ACTIVE', c.resume_server)
turns('reboot', 'ACTIVE', c.reboot_server, 'HARD')
turns('rescue', 'RESCUE', c.rescue_server)
turns('unrescue', 'ACTIVE', c.unrescue_server)
turns('resize', 'VERIFY_RESIZE', c.resize_server, medium.id)
turns('revert', 'ACTIVE', c.revert_server_resize)
turns('resize', 'VERIFY_RESIZE', c.resize_server, medium.id)
turns('confirm', 'ACTIVE', c.confirm_server_resize)
c.rebuild_server(server, image.id)
seen['turns'].append(['rebuild', status('ACTIVE')])

c.lock_server(server)
seen['locked'] = c.get_server(server.id).is_locked
c.unlock_server(server)
c.set_server_metadata(server, tier='1')
seen['metadata'] = c.get_server(server.id).metadata
# This version has no call for it.
asked = c.post(f'/servers/{server.id}/action', json={'trigger_crash_dump': None}, microversion='2.17')
seen['dump'] = asked.status_code
seen['console'] = c.get_server_console_output(server)['output'] != ''
seen['flavor'] = c.get_server(server.id).flavor['original_name']
seen['host_status'] = {'demo': c.get_server(server.id).host_status, 'admin': admin.compute.get_server(server.id).host_status}

seen['services'] = sorted(service.host for service in admin.compute.services(binary='nova-compute'))
second = next(s for s in admin.compute.services() if s.host != admin.compute.get_server(server.id).compute_host)
admin.compute.update_service_forced_down(second, second.host, second.binary, True)
seen['forced down'] = [s.is_forced_down for s in admin.compute.services(host=second.host)]
admin.compute.update_service_forced_down(second, second.host, second.binary, False)
seen['hypervisors'] = sorted(one.name for one in admin.compute.hypervisors(details=True))
seen['zones'] = [[zone.name, zone.state['available']] for zone in demo.compute.availability_zones()]
seen['limits'] = demo.compute.get_limits().absolute.instances_used
seen['quota'] = admin.compute.get_quota_set(demo.current_project_id).instances
group = demo.compute.create_server_group(name='apart', policies=['anti-affinity'])
seen['groups'] = [one.name for one in demo.compute.server_groups()]
demo.compute.delete_server_group(group)
aggregate = admin.compute.create_aggregate(name='racks', availability_zone='west')
seen['aggregates'] = [[one.name, one.availability_zone] for one in admin.compute.aggregates()]
admin.compute.delete_aggregate(aggregate)
flavor = admin.compute.create_flavor(name='own', ram=64, vcpus=1, disk=0)
admin.compute.create_flavor_extra_specs(flavor, {'a': 'b'})
seen['specs'] = admin.compute.fetch_flavor_extra_specs(flavor).extra_specs
admin.compute.delete_flavor(flavor)
seen['keypairs'] = [one.name for one in demo.compute.keypairs()]
demo.compute.delete_keypair('key1')

c.delete_server(server)
c.wait_for_delete(server, interval=0.2, wait=60)
seen['servers'] = [one.name for one in c.servers()]
print(json.dumps(seen))
