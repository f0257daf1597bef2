// What the TypeScript compiler makes of a small Nest application on Fastify.
import 'reflect-metadata';
import {
  Body,
  Controller,
  Delete,
  ForbiddenException,
  Get,
  HttpCode,
  Injectable,
  Module,
  Param,
  Post,
  SetMetadata,
  UnauthorizedException,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IsEmail, IsString, MinLength } from 'class-validator';
import bcrypt from 'bcrypt';
import jwt from 'jsonwebtoken';

const SECRET = 'nest-secret';
const decorate = (decorators, target, key, descriptor) =>
  Reflect.decorate(decorators, target, key, descriptor);
const method = (type, name, decorators, types = []) => {
  Reflect.defineMetadata('design:paramtypes', types, type.prototype, name);
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name);
  Object.defineProperty(
    type.prototype,
    name,
    decorate(decorators, type.prototype, name, descriptor),
  );
};
const param = (index, decorator) => (target, key) => decorator(target, key, index);

class LoginDto {}
decorate([IsEmail()], LoginDto.prototype, 'email', undefined);
decorate([IsString(), MinLength(1)], LoginDto.prototype, 'password', undefined);

class AuthGuard {
  canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer') throw new UnauthorizedException();
    try {
      request.user = jwt.verify(token, SECRET);
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}
decorate([Injectable()], AuthGuard);

class RolesGuard {
  constructor(reflector) {
    this.reflector = reflector;
  }
  canActivate(context) {
    const roles = this.reflector.get('roles', context.getHandler());
    return !roles || roles.includes(context.switchToHttp().getRequest().user.role);
  }
}
Reflect.defineMetadata('design:paramtypes', [Reflector], RolesGuard);
decorate([Injectable()], RolesGuard);

const users = ['alice', 'mallory'].map((name) => ({
  id: name,
  email: `${name}@example.com`,
  hash: bcrypt.hashSync('correct horse', 4),
  locked: name === 'mallory',
}));

class AuthController {
  async login(dto) {
    const user = users.find((u) => u.email === dto.email);
    if (!user || !(await bcrypt.compare(dto.password, user.hash)))
      throw new UnauthorizedException('Invalid credentials');
    if (user.locked) throw new ForbiddenException('Account locked');
    return { access_token: jwt.sign({ sub: user.id, role: 'user' }, SECRET, { expiresIn: '1h' }) };
  }
}
method(AuthController, 'login', [Post('login'), HttpCode(200), param(0, Body())], [LoginDto]);
decorate([Controller('auth')], AuthController);

class CatsController {
  one(id) {
    return { id };
  }
  remove() {
    return {};
  }
}
method(CatsController, 'one', [Get(':id'), param(0, Param('id'))], [String]);
method(CatsController, 'remove', [Delete(':id'), SetMetadata('roles', ['admin'])]);
decorate([Controller('cats'), UseGuards(AuthGuard, RolesGuard)], CatsController);

class HealthController {
  health() {
    return { status: 'ok' };
  }
}
method(HealthController, 'health', [Get('health')]);
decorate([Controller()], HealthController);

class AppModule {}
decorate(
  [
    Module({
      controllers: [AuthController, CatsController, HealthController],
      providers: [AuthGuard, RolesGuard],
    }),
  ],
  AppModule,
);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false });
app.useGlobalPipes(new ValidationPipe());
app.setGlobalPrefix('api');
await app.listen(process.env.PORT, '127.0.0.1');
